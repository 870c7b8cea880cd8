//! The life of a session, as a picture.

use maud::{Markup, html};

use crate::inspector::{report::Times, time::Moment};

/// Units of the picture's width.
const WIDTH: u64 = 1000;

/// From the beginning, as far as it is known, to the last end there is.
pub(super) fn of(times: &Times) -> Markup {
    let begins = times.created.or(times.last_used).unwrap_or(times.now);
    let end = times.idle_end.max(times.absolute_end);
    let words = legend(times);
    let Some(end) = end.filter(|end| *end > begins) else {
        return html! { figure { figcaption { strong { "Time. " } "It has no end of its own." } (words) } };
    };
    let at = |moment: Moment| {
        let of_all = begins.to(moment.min(end)).0.saturating_mul(WIDTH);
        of_all / begins.to(end).0.max(1)
    };
    let (now, unused) = (at(times.now), times.idle_end.map_or(WIDTH, at));
    html! {
        figure {
            figcaption { strong { "Time. " } (sentence(times)) }
            svg.bar viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" role="img" aria-label=(sentence(times)) {
                rect.later width=(WIDTH) height="10" {}
                rect.unused width=(unused) height="10" {}
                rect.lived width=(now) height="10" {}
            }
            (words)
        }
    }
}

fn sentence(times: &Times) -> String {
    let ends = match (times.idle_left, times.absolute_left) {
        (Some(idle), Some(absolute)) if idle < absolute => {
            format!("Ends in {idle} if it is not used, in {absolute} in any case.")
        }
        (Some(idle), None) => format!("Ends in {idle} if it is not used."),
        (_, Some(absolute)) => format!("Ends in {absolute}, used or not."),
        (None, None) => String::new(),
    };
    match times.age {
        Some(age) => format!("{age} old. {ends}"),
        None => ends,
    }
}

fn legend(times: &Times) -> Markup {
    let marks = [
        ("lived", "created", times.created),
        ("lived", "last sealed or used", times.last_used),
        ("unused", "ends unless it is used", times.idle_end),
        ("later", "ends in any case", times.absolute_end),
    ];
    html! {
        ul.legend {
            @for (class, what, at) in marks {
                @if let Some(at) = at {
                    li { span class={ "swatch " (class) } {} (what) " " time datetime=(at) { (at) } }
                }
            }
        }
    }
}
