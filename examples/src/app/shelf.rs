//! The teas: pages for everybody, that remember in the session of whoever is signed in which teas
//! were looked at. Two tabs that do so at once both count.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use session_runtime::{Session, SessionRejection};

use super::{
    Shop,
    page::{View, tin},
    sessions::Auth,
    teas::Tea,
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/", get(index))
        .route("/tea/{tea}", get(tea))
}

async fn index(view: View) -> Response {
    let texts = view.texts();
    let body = html! {
        div.hero {
            h1 { (texts.slogan) }
            p { (texts.welcome) }
        }
        ul.shelf {
            @for tea in Tea::ALL { li { (card(&view, tea)) } }
        }
    };
    view.page(texts.teas, &body)
}

fn card(view: &View, tea: Tea) -> Markup {
    let texts = view.texts();
    let name = texts.tea(tea).name;
    html! {
        article.card {
            (tin(tea))
            h2 { a href={ "/tea/" (tea.slug()) } { (name) } }
            p { (texts.tea(tea).line) }
            div.buy {
                strong { (texts.price(tea.price())) }
                (add(view, tea, "small"))
            }
        }
    }
}

fn add(view: &View, tea: Tea, class: &str) -> Markup {
    let texts = view.texts();
    view.form(
        "/cart/add",
        &html! {
            button class=(class) name="tea" value=(tea.slug()) {
                (texts.add_to_cart) span.hidden { " " (texts.tea(tea).name) }
            }
        },
    )
}

/// `auth` is a `Result`: a tea can be looked at while the store of the sessions is down.
async fn tea(
    view: View,
    auth: Result<Session<Auth>, SessionRejection>,
    Path(slug): Path<String>,
) -> Response {
    let texts = view.texts();
    let Some(tea) = Tea::ALL.into_iter().find(|tea| tea.slug() == slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let seen = auth.ok().filter(|_| view.is_signed_in());
    let seen = seen
        .map(|mut auth| remember(&mut auth, tea))
        .unwrap_or_default();
    let text = texts.tea(tea);
    let body = html! {
        article.product {
            div.picture { (tin(tea)) }
            div.words {
                h1 { (text.name) }
                p.lead { (text.line) }
                p { (text.story) }
                p.price { strong { (texts.price(tea.price())) } " " span { (texts.per_tin) } }
                (add(&view, tea, "primary"))
            }
        }
        @if !seen.is_empty() {
            section.seen {
                h2 { (texts.you_looked_at) }
                ul { @for tea in seen { li { a href={ "/tea/" (tea.slug()) } { (tin(tea)) (texts.tea(tea).name) } } } }
            }
        }
    };
    view.page(text.name, &body)
}

/// The other teas that were looked at in this session.
fn remember(auth: &mut Session<Auth>, tea: Tea) -> Vec<Tea> {
    if !auth.seen().contains(&tea) {
        auth.update_seen(|seen| seen.insert(tea));
    }
    auth.seen()
        .iter()
        .copied()
        .filter(|other| *other != tea)
        .collect()
}
