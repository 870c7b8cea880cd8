//! "Is it you?": the password once more, before what is dangerous ("sudo").

use std::time::Duration;

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use maud::{Markup, html};
use serde::Deserialize;
use session_runtime::{ReturnTo, Session};

use super::{
    Failed, Shop,
    activity::What,
    attempts,
    device::Device,
    field::{Field, account, problem},
    page::{Member, View},
    visit::{Notice, Visit},
};

/// How long a password that was given counts.
pub(crate) const FRESH: Duration = Duration::from_secs(5 * 60);

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/confirm", get(show).post(confirm))
}

async fn show(view: View, member: Member) -> Response {
    let (texts, body) = (view.texts(), page(&view, &member, None));
    view.page(texts.confirm, &body)
}

#[derive(Deserialize)]
struct Confirm {
    password: String,
}

async fn confirm(
    State(shop): State<Shop>,
    view: View,
    mut member: Member,
    mut visit: Session<Visit>,
    next: ReturnTo,
    device: Device,
    Form(form): Form<Confirm>,
) -> Result<Response, Failed> {
    let texts = view.texts();
    if let Err(wait) = shop.attempts.count(device.address, &member.user.email) {
        let text = texts.too_many_attempts(wait);
        let page = refused(view, &member, StatusCode::TOO_MANY_REQUESTS, &text);
        return Ok(attempts::too_many(wait, page));
    }
    if !shop.users.confirm(&member.user, form.password).await? {
        let text = texts.wrong_confirmation;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(refused(view, &member, status, text));
    }
    // The same session, under a new id: with more rights than the old one had.
    member.auth.reauthenticate();
    shop.activity.note(member.id(), What::Confirmed);
    visit.set_notice(Notice::Confirmed);
    Ok(Redirect::to(next.or("/account")).into_response())
}

fn refused(view: View, member: &Member, status: StatusCode, text: &str) -> Response {
    let (texts, body) = (view.texts(), page(&view, member, Some(text)));
    view.page_with(status, texts.confirm, &body)
}

fn page(view: &View, member: &Member, wrong: Option<&str>) -> Markup {
    let texts = view.texts();
    html! {
        div.narrow {
            h1 { (texts.confirm) }
            (problem(wrong))
            p { (texts.confirm_lead) }
            (view.form_here(&html! {
                (account(&member.user.email))
                (Field::password(texts.password, "current-password").wrong(wrong.is_some()))
                button.primary { (texts.confirm_button) }
            }))
            p { a href="/account" { (texts.back_to_account) } }
        }
    }
}
