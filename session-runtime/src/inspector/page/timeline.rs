//! What of its limits a session has lived, as pictures.

use maud::{Markup, html};

use super::prose;
use crate::inspector::{
    report::{SessionReport, Times},
    time::{Moment, Span},
};

/// Units of a picture's width.
const WIDTH: u64 = 1000;

/// One of the limits.
struct Limit {
    name: &'static str,
    /// What happened when it began to count.
    since: &'static str,
    begins: Moment,
    ends: Moment,
}

pub(super) fn of(id: &str, session: &SessionReport) -> Markup {
    let Some(times) = &session.times else {
        return html! {};
    };
    let limits = limits(times);
    html! {
        figure aria-labelledby={ (id) "-time" } {
            figcaption id={ (id) "-time" } { "Time" }
            @for limit in &limits { (limit.picture(times.now)) }
            @for line in without_picture(times) { p.quiet { (prose(&line)) } }
        }
    }
}

fn limits(times: &Times) -> Vec<Limit> {
    let idle = times.last_used.zip(times.idle_end);
    let absolute = times.created.zip(times.absolute_end);
    let idle = idle.map(|(begins, ends)| Limit {
        name: "Idle limit",
        since: "renewed",
        begins,
        ends,
    });
    let absolute = absolute.map(|(begins, ends)| Limit {
        name: "Absolute limit",
        since: "created",
        begins,
        ends,
    });
    idle.into_iter().chain(absolute).collect()
}

impl Limit {
    fn picture(&self, now: Moment) -> Markup {
        let (lived, whole) = (self.begins.to(now), self.begins.to(self.ends));
        let left = now.to(self.ends);
        let share = lived.0.min(whole.0).saturating_mul(WIDTH) / whole.0.max(1);
        let label = format!("{}: {lived} of {whole} have passed", self.name);
        html! {
            p.limit {
                span { (self.name) " " (whole) ", " (self.since) " " (ago(self.begins, lived)) }
                strong { time datetime=(self.ends) title=(self.ends.in_words()) { (left) " left" } }
            }
            svg.bar viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" role="img" aria-label=(label) {
                rect.left width=(WIDTH) height="10" {}
                rect.lived width=(share) height="10" {}
            }
        }
    }
}

/// What is known without both ends of a limit.
fn without_picture(times: &Times) -> Vec<String> {
    let mut lines = Vec::new();
    match (times.age, times.absolute_end) {
        (Some(age), None) => lines.push(format!("Created {age} ago, without an absolute limit.")),
        (None, _) => lines.push("The format does not carry when it was created.".to_owned()),
        (Some(_), Some(_)) => {}
    }
    match (times.last_used, times.idle_left) {
        (None, Some(left)) => lines.push(format!("Ends in {left} unless it is renewed.")),
        (_, None) => {
            lines.push("The format does not carry when it ends unless it is used.".to_owned());
        }
        (Some(_), Some(_)) => {}
    }
    lines
}

fn ago(at: Moment, span: Span) -> Markup {
    html! { time datetime=(at) title=(at.in_words()) { (span) " ago" } }
}
