//! For administrators: what the sessions of this process went through since it was started.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};

use super::{
    Shop,
    page::{Member, View},
    sessions::ShopSessions,
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/admin", get(show))
}

async fn show(State(shop): State<Shop>, view: View, member: Member) -> Response {
    if !member.user.is_admin {
        return StatusCode::FORBIDDEN.into_response();
    }
    let texts = view.texts();
    let body = html! {
        h1 { (texts.admin) }
        p.lead { (texts.admin_lead) }
        (table(&shop, &view))
    };
    view.page(texts.admin, &body)
}

fn table(shop: &Shop, view: &View) -> Markup {
    let texts = view.texts();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(texts.counters) {
            table {
                caption { (texts.counters) }
                thead {
                    tr {
                        th scope="col" { (texts.event) }
                        @for session in ShopSessions::NAMES { th scope="col" { code { (session) } } }
                    }
                }
                tbody {
                    @for (event, counts) in shop.counters.by_event() {
                        tr {
                            th scope="row" { (event) }
                            @for session in ShopSessions::NAMES {
                                td { @if let Some(count) = counts.get(session) { (count) } @else { "–" } }
                            }
                        }
                    }
                }
            }
        }
    }
}
