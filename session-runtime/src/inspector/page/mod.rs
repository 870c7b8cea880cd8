//! The report as a page: HTML and one style sheet, which need no script.

mod budget;
mod timeline;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    fields::{Field, Value},
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
                main { @for session in &report.sessions { (section(session, report.at)) } }
                footer {
                    p {
                        "For development. It shows this browser's own sessions, and leaves them as \
                         they are: a look is no use, renews nothing and sends no cookie. Events are \
                         those of this process, whoever caused them, since it started."
                    }
                }
            }
        }
    }
}

fn header(report: &Report) -> Markup {
    html! {
        header {
            h1 { "Session inspector" }
            p {
                @if !report.application.is_empty() { "Application " strong { (report.application) } ". " }
                "As of " (moment(report.at)) ". "
                a href="?format=json" { "The same as JSON" }
            }
            nav aria-label="Sessions" {
                ul {
                    @for session in &report.sessions {
                        li { a href={ "#" (session.name) } { (session.name) " " (state(&session.state)) } }
                    }
                }
            }
        }
    }
}

fn section(session: &SessionReport, now: Moment) -> Markup {
    let title = format!("{}-title", session.name);
    html! {
        section id=(session.name) aria-labelledby=(title) {
            h2 id=(title) { (session.name) " " (state(&session.state)) }
            (explanation(session))
            (facts(session))
            @if let Some(times) = &session.times { (timeline::of(times)) }
            @if session.cookie.came > 0 { (budget::of(session)) }
            @if !session.fields.is_empty() { (fields(session)) }
            (events(session, now))
        }
    }
}

fn state(state: &State) -> Markup {
    match state {
        State::Alive => html! { span.state.alive { "alive" } },
        State::Fresh { reason, .. } => html! { span.state.fresh { "fresh: " (reason) } },
        State::Unavailable { .. } => html! { span.state.failed { "store out of reach" } },
    }
}

fn explanation(session: &SessionReport) -> Markup {
    html! {
        @match &session.state {
            State::Alive => {}
            State::Fresh { explanation, .. } => p.note { (explanation) },
            State::Unavailable { error } => p.note { (error) },
        }
        @if let Some(hint) = &session.hint { p.note { (hint) } }
    }
}

fn facts(session: &SessionReport) -> Markup {
    let cookie = &session.cookie;
    let fact = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    html! {
        dl {
            (fact("Kept in", html! { (session.kept_in) }))
            (fact("Format", html! { (session.format) }))
            @if let Some(key) = &session.key { (fact("Key", html! { (key) })) }
            @if let Some(why) = session.next_page_sends {
                (fact("The next page sends the cookie", html! { (why) }))
            }
            (fact("Cookie", html! { code { (cookie.name) } " " small { (cookie.attributes) } }))
            @if cookie.came > 1 {
                (fact("Conflict", html! { (cookie.came) " cookies of this name came; the valid one \
                                          that was used last counts" }))
            }
            @if let Some(last) = &session.last_fresh { (last_fresh(last)) }
        }
    }
}

fn last_fresh(last: &LastFresh) -> Markup {
    html! {
        div {
            dt { "Fresh last time" }
            dd { (last.reason) ", " (moment(last.at)) ". " small { (last.explanation) } }
        }
    }
}

fn fields(session: &SessionReport) -> Markup {
    let in_cookie = session.fields.iter().any(|field| field.in_cookie.is_some());
    html! {
        div.scroll role="region" aria-label={ "Fields of " (session.name) } tabindex="0" {
            table {
                caption { "Fields" }
                thead {
                    tr {
                        th scope="col" { "Field" }
                        th scope="col" { "Value" }
                        th.number scope="col" { @if in_cookie { "Bytes in the cookie" } @else { "Bytes of JSON" } }
                    }
                }
                tbody { @for (n, field) in session.fields.iter().enumerate() { (row(n, field)) } }
            }
        }
    }
}

fn row(n: usize, field: &Field) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if field.in_cookie.is_some() { span class={ "swatch " (budget::colour(n)) } {} }
                code { (field.name) }
                @if !field.is_known { " " small { "not in the struct" } }
            }
            td {
                @match &field.value {
                    Value::Shown(json) => code.value { (json.get()) },
                    Value::Secret => span.masked { "secret" },
                    Value::Own => span.masked { "the library's own" },
                }
            }
            td.number { (field.in_cookie.unwrap_or(field.size)) }
        }
    }
}

fn events(session: &SessionReport, now: Moment) -> Markup {
    if session.events.is_empty() {
        return html! { p.quiet { "No events yet." } };
    }
    html! {
        table {
            caption { "Last events of this process" }
            thead { tr { th scope="col" { "When" } th scope="col" { "What" } } }
            tbody { @for event in &session.events { (event_row(event, now)) } }
        }
    }
}

fn event_row(event: &EventReport, now: Moment) -> Markup {
    html! {
        tr {
            td { time datetime=(event.at) { (event.at.to(now)) " ago" } }
            td { (event.what) @if event.times > 1 { " " small { "× " (event.times) } } }
        }
    }
}

fn moment(at: Moment) -> Markup {
    html! { time datetime=(at) { (at) } }
}
