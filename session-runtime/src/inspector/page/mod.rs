//! The report as a page: HTML and one style sheet, which need no script.

mod budget;
mod fields;
mod timeline;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    report::{EventReport, LastFresh, Report, SessionReport, State},
    time::Moment,
};

/// The style sheet. The policy of the answer names its hash, so it stands in the page unchanged.
pub(super) const STYLE: &str = include_str!("style.css");

pub(super) fn of(report: &Report) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { "Session inspector" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (header(report))
                main {
                    @for (n, session) in report.sessions.iter().enumerate() {
                        (section(&id(n), session, report.at))
                    }
                }
                footer {
                    p {
                        "For development. These are this browser’s own sessions, and a look leaves \
                         them as they are: it renews nothing and sends no cookie. Events are those \
                         of the whole process, whoever caused them."
                    }
                }
            }
        }
    }
}

/// The id of the session in this place: its name may hold what an id must not.
fn id(place: usize) -> String {
    format!("session-{}", place + 1)
}

fn header(report: &Report) -> Markup {
    html! {
        header {
            h1 { "Session inspector" }
            p {
                @if !report.application.is_empty() { strong { (report.application) } ", " }
                time datetime=(report.at) { (report.at.in_words()) } ". "
                a href="?format=json" { "As JSON" }
            }
            nav aria-label="Sessions" {
                ul {
                    @for (n, session) in report.sessions.iter().enumerate() {
                        li { a href={ "#" (id(n)) } { (session.name) (state(&session.state)) } }
                    }
                }
            }
        }
    }
}

fn section(id: &str, session: &SessionReport, now: Moment) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-name" } {
            h2 id={ (id) "-name" } { (session.name) (state(&session.state)) }
            (explanation(session))
            (facts(session, now))
            (timeline::of(id, session))
            @if session.cookie.came > 0 { (budget::of(id, session)) }
            (fields::of(id, session))
            (events(session, now))
        }
    }
}

fn state(state: &State) -> Markup {
    match state {
        State::Alive => html! { " " span.state.alive { "alive" } },
        State::Fresh { reason, .. } => html! { " " span.state.fresh { "fresh: " (reason) } },
        State::Unavailable { .. } => html! { " " span.state.failed { "store out of reach" } },
    }
}

fn explanation(session: &SessionReport) -> Markup {
    html! {
        @match &session.state {
            State::Alive => {}
            State::Fresh { explanation, .. } => p.note { (prose(explanation)) },
            State::Unavailable { error } => p.note { (error) },
        }
        @if let Some(hint) = &session.hint { p.note { (prose(hint)) } }
    }
}

fn facts(session: &SessionReport, now: Moment) -> Markup {
    let cookie = &session.cookie;
    let fact = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    html! {
        dl {
            (fact("Kept in", html! { (session.kept_in) }))
            (fact("Format", html! { (session.format) }))
            @if let Some(key) = &session.key { (fact("Key", prose(key))) }
            (fact("Cookie", html! { code { (cookie.name) } br; small { (cookie.attributes) } }))
            @if let Some(why) = session.next_page_sends {
                (fact("The next page sends the cookie", html! { "as " (why) }))
            }
            @if cookie.came > 1 {
                (fact("Conflict", html! { (cookie.came) " cookies of this name came: the valid one \
                                           that was used last counts" }))
            }
            @if let Some(last) = &session.last_fresh { (last_fresh(last, session, now)) }
        }
    }
}

fn last_fresh(last: &LastFresh, session: &SessionReport, now: Moment) -> Markup {
    let is_said = matches!(session.state, State::Fresh { reason, .. } if reason == last.reason);
    html! {
        div.wide {
            dt { "Fresh last time" }
            dd {
                (ago(last.at, now)) ": " (last.reason)
                @if !is_said { br; small { (prose(last.explanation)) } }
            }
        }
    }
}

fn events(session: &SessionReport, now: Moment) -> Markup {
    if session.events.is_empty() {
        return html! { p.quiet { "Nothing has happened to a session of this name yet." } };
    }
    html! {
        table.events {
            caption { "Last events" }
            thead { tr { th scope="col" { "When" } th scope="col" { "What" } } }
            tbody { @for event in &session.events { (event_row(event, now)) } }
        }
    }
}

fn event_row(event: &EventReport, now: Moment) -> Markup {
    html! {
        tr {
            td { (ago(event.at, now)) }
            td { (prose(&event.what)) @if event.times > 1 { " " small { "× " (event.times) } } }
        }
    }
}

fn ago(at: Moment, now: Moment) -> Markup {
    let span = at.to(now);
    html! {
        time datetime=(at) title=(at.in_words()) {
            @if span.0 < 1000 { "just now" } @else { (span) " ago" }
        }
    }
}

/// Text in which back-ticks stand around code.
fn prose(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}
