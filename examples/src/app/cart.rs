//! The cart: a second session, sealed in a cookie of its own. It is there before anybody signs in,
//! and is neither lost nor adopted when somebody does.
//!
//! Of two tabs that add something in the same moment the later answer wins, as with any cookie: where
//! that matters, the cart belongs in the store, which is one line in `sessions`.

use std::collections::BTreeMap;

use axum::{
    Form, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

use super::{
    Shop,
    activity::What,
    page::{Member, View, tin},
    teas::Tea,
    visit::{Notice, Visit},
};

/// What somebody wants to buy.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "cart",
    idle = "30d",
    absolute = "90d",
    max_age = "30d",
    checked
)]
pub(crate) struct Cart {
    #[session(max_len = 200)]
    tins: BTreeMap<Tea, u8>,
}

/// More of one tea than anybody carries home.
const MOST: u8 = 20;

impl Cart {
    pub(crate) fn count(&self) -> u32 {
        self.tins.values().copied().map(u32::from).sum()
    }

    fn total(&self) -> u32 {
        let prices = self.tins.iter();
        prices
            .map(|(tea, tins)| tea.price() * u32::from(*tins))
            .sum()
    }
}

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/cart", get(show).post(change))
        .route("/cart/add", post(add))
        .route("/cart/order", post(order))
}

#[derive(Deserialize)]
struct Add {
    tea: Tea,
}

async fn add(
    mut cart: Session<Cart>,
    mut visit: Session<Visit>,
    Form(form): Form<Add>,
) -> Redirect {
    cart.update_tins(|tins| {
        let count = tins.entry(form.tea).or_default();
        *count = count.saturating_add(1).min(MOST);
    });
    visit.set_notice(Notice::Added(form.tea));
    Redirect::to("/cart")
}

#[derive(Deserialize)]
struct Change {
    tea: Tea,
    tins: u8,
}

async fn change(mut cart: Session<Cart>, Form(form): Form<Change>) -> Redirect {
    cart.update_tins(|tins| match form.tins.min(MOST) {
        0 => drop(tins.remove(&form.tea)),
        count => drop(tins.insert(form.tea, count)),
    });
    Redirect::to("/cart")
}

/// Nothing is paid for and nothing is sent: this is the shop of an example.
async fn order(
    State(shop): State<Shop>,
    member: Member,
    mut cart: Session<Cart>,
    mut visit: Session<Visit>,
) -> Redirect {
    if cart.count() > 0 {
        shop.activity.note(member.id(), What::Ordered(cart.count()));
        cart.delete();
        visit.set_notice(Notice::Ordered);
    }
    Redirect::to("/cart")
}

async fn show(view: View, cart: Session<Cart>) -> Response {
    let texts = view.texts();
    let body = html! {
        h1 { (texts.cart) }
        @if cart.count() == 0 {
            p.empty { (texts.cart_is_empty) }
            p { a.button href="/" { (texts.look_at_teas) } }
        } @else {
            ul.lines { @for (tea, tins) in cart.tins() { (line(&view, *tea, *tins)) } }
            div.total {
                p { (texts.total) " " strong { (texts.price(cart.total())) } }
                @if view.is_signed_in() {
                    (view.form("/cart/order", &html! { button.primary { (texts.order) } }))
                } @else {
                    a.button.primary href="/sign-in?next=/cart" { (texts.sign_in_to_order) }
                }
            }
            p.hint { (texts.cart_hint) }
        }
    };
    view.page(texts.cart, &body).into_response()
}

fn line(view: &View, tea: Tea, tins: u8) -> Markup {
    let texts = view.texts();
    let name = texts.tea(tea).name;
    let field = format!("tins-{}", tea.slug());
    html! {
        li.line {
            (tin(tea))
            div.what { a href={ "/tea/" (tea.slug()) } { (name) } span { (texts.price(tea.price())) } }
            (view.form("/cart", &html! {
                input type="hidden" name="tea" value=(tea.slug());
                label.hidden for=(field) { (texts.tins_of(name)) }
                input id=(field) type="number" name="tins" value=(tins) min="0" max=(MOST) required inputmode="numeric";
                button { (texts.change) span.hidden { " " (name) } }
            }))
            (view.form("/cart", &html! {
                input type="hidden" name="tea" value=(tea.slug());
                button.quiet name="tins" value="0" { (texts.remove) span.hidden { " " (name) } }
            }))
            strong.sum { (texts.price(tea.price() * u32::from(tins))) }
        }
    }
}
