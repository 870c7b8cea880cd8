//! The fields of a session, as a table.

use maud::{Markup, html};

use super::budget::colour;
use crate::inspector::{
    fields::{Field, Value},
    report::SessionReport,
};

/// Beyond so many characters a value gets a frame of its own that scrolls.
const LONG: usize = 600;

pub(super) fn of(id: &str, session: &SessionReport) -> Markup {
    if session.fields.is_empty() {
        return html! {};
    }
    let where_ = match (session.has_fields_in_cookie(), session.record_bytes) {
        (false, Some(bytes)) => format!("in the record, which has {bytes}"),
        _ => "in the cookie".to_owned(),
    };
    let largest = session.fields.iter().map(Field::bytes).max();
    html! {
        table.fields aria-describedby={ (id) "-bytes" } {
            caption { "Fields" }
            thead {
                tr {
                    th scope="col" { "Field" }
                    th scope="col" { "Value" }
                    th.number scope="col" { "Bytes" }
                }
            }
            tbody {
                @for (n, field) in session.fields.iter().enumerate() {
                    (row(n, field, largest.unwrap_or(1)))
                }
            }
        }
        p.quiet id={ (id) "-bytes" } { "Bytes are those " (where_) ", the name and the quotes with the value." }
    }
}

fn row(n: usize, field: &Field, largest: usize) -> Markup {
    html! {
        tr {
            th scope="row" {
                code { (field.name) }
                @if !field.is_known { " " small { "not in the struct" } }
            }
            td { (value(field)) }
            td.number {
                (field.bytes())
                svg.share viewBox={ "0 0 " (largest) " 10" } preserveAspectRatio="none" aria-hidden="true" {
                    rect class=(colour(n)) width=(field.bytes()) height="10" {}
                }
            }
        }
    }
}

fn value(field: &Field) -> Markup {
    let json = match &field.value {
        Value::Shown(json) => json.get(),
        Value::Secret => return html! { span.masked { "secret" } },
        Value::Own => return html! { span.masked { "the library’s own" } },
    };
    if json.len() <= LONG {
        return html! { code.value { (json) } };
    }
    let label = format!("Value of {}", field.name);
    html! { div.long tabindex="0" role="region" aria-label=(label) { code.value { (json) } } }
}
