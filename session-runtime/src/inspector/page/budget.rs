//! What takes the room of a cookie, as a picture.

use maud::{Markup, html};

use crate::inspector::report::SessionReport;

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
pub(super) fn of(session: &SessionReport) -> Markup {
    let cookie = &session.cookie;
    let (parts, width) = (parts(session), cookie.most_bytes.max(cookie.bytes));
    let label = format!(
        "{} of {} bytes that browsers keep, {} left",
        cookie.bytes,
        cookie.most_bytes,
        cookie.most_bytes.saturating_sub(cookie.bytes)
    );
    html! {
        figure {
            figcaption { strong { "Size. " } (label) }
            svg.bar viewBox={ "0 0 " (width) " 10" } preserveAspectRatio="none" role="img" aria-label=(label) {
                rect.free width=(width) height="10" {}
                @for part in &parts {
                    rect class=(part.class) x=(part.begins) width=(part.bytes) height="10" {}
                }
            }
            (legend(session))
        }
    }
}

fn legend(session: &SessionReport) -> Markup {
    let cookie = &session.cookie;
    let is_kept_there = session.fields.iter().any(|field| field.in_cookie.is_some());
    html! {
        ul.legend {
            li { span.swatch.name {} "name " (cookie.name.len()) }
            @if is_kept_there {
                li { span.swatch.overhead {} "encryption, times, id " (cookie.overhead_bytes) }
                @for (n, field) in session.fields.iter().enumerate() {
                    li {
                        span class={ "swatch " (colour(n)) } {}
                        code { (field.name) } " " (field.in_cookie.unwrap_or_default())
                    }
                }
            } @else if cookie.overhead_bytes > 0 {
                li { span.swatch.overhead {} "token " (cookie.overhead_bytes) }
            }
            @if let Some(bytes) = session.record_bytes {
                li { "and in the store " (bytes) }
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
