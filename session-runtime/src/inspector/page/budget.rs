//! What takes the room of a cookie, as a picture.

use maud::{Markup, html};

use crate::inspector::report::{SessionReport, State};

/// Colours that the style sheet has for fields.
const COLOURS: usize = 8;

/// The class of the colour of the field in this place.
pub(super) fn colour(place: usize) -> String {
    format!("f{}", place % COLOURS)
}

/// A part of the cookie.
struct Part {
    class: String,
    begins: usize,
    bytes: usize,
}

/// The bar of the whole budget, one byte a unit.
pub(super) fn of(id: &str, session: &SessionReport) -> Markup {
    let cookie = &session.cookie;
    let width = cookie.most_bytes.max(cookie.bytes);
    let label = format!("{} of {} bytes are taken", cookie.bytes, cookie.most_bytes);
    html! {
        figure aria-labelledby={ (id) "-size" } {
            figcaption id={ (id) "-size" } { "Size of the cookie" }
            p.limit {
                span { (cookie.bytes) " of " (cookie.most_bytes) " bytes that browsers keep" }
                strong { (cookie.most_bytes.saturating_sub(cookie.bytes)) " left" }
            }
            svg.bar viewBox={ "0 0 " (width) " 10" } preserveAspectRatio="none" role="img" aria-label=(label) {
                rect.left width=(width) height="10" {}
                @for part in parts(session) {
                    rect class=(part.class) x=(part.begins) width=(part.bytes) height="10" {}
                }
            }
            (legend(session))
        }
    }
}

fn legend(session: &SessionReport) -> Markup {
    let cookie = &session.cookie;
    let rest = match (session.has_fields_in_cookie(), &session.state) {
        (true, _) => "encryption, times, id",
        (false, State::Alive) => "token",
        (false, _) => "value",
    };
    html! {
        ul.legend {
            li { span.swatch.name {} "name " (cookie.name.len()) }
            li { span.swatch.overhead {} (rest) " " (cookie.overhead_bytes) }
            @for (n, field) in session.fields.iter().enumerate() {
                @if let Some(bytes) = field.in_cookie {
                    li { span class={ "swatch " (colour(n)) } {} (field.name) " " (bytes) }
                }
            }
        }
    }
}

fn parts(session: &SessionReport) -> Vec<Part> {
    let cookie = &session.cookie;
    let fixed = [
        ("name".to_owned(), cookie.name.len()),
        ("overhead".to_owned(), cookie.overhead_bytes),
    ];
    let fields = session.fields.iter().enumerate();
    let fields = fields.filter_map(|(n, field)| Some((colour(n), field.in_cookie?)));
    let mut begins = 0;
    let parts = fixed.into_iter().chain(fields).map(|(class, bytes)| {
        let part = Part {
            class,
            begins,
            bytes,
        };
        begins += bytes;
        part
    });
    parts.collect()
}
