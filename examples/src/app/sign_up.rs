//! Signing up, which signs in.

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use maud::{Markup, html};
use serde::Deserialize;
use session_runtime::Session;

use super::{
    Failed, Shop,
    activity::What,
    attempts,
    device::Device,
    field::{Field, problem},
    page::View,
    password,
    sessions::Auth,
    sign_in::begin,
    visit::{Notice, Visit},
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/sign-up", get(show).post(sign_up))
}

#[derive(Deserialize, Default)]
struct SignUp {
    name: String,
    email: String,
    password: String,
}

async fn show(view: View) -> Response {
    if view.is_signed_in() {
        return Redirect::to("/account").into_response();
    }
    let (texts, body) = (view.texts(), page(&view, &SignUp::default(), None));
    view.page(texts.sign_up, &body)
}

async fn sign_up(
    State(shop): State<Shop>,
    view: View,
    mut auth: Session<Auth>,
    mut visit: Session<Visit>,
    device: Device,
    Form(form): Form<SignUp>,
) -> Result<Response, Failed> {
    let texts = view.texts();
    let (name, email) = (form.name.trim(), form.email.trim().to_lowercase());
    if let Err(wait) = shop.attempts.count(device.address, &email) {
        let text = texts.too_many_attempts(wait);
        let page = refused(view, &form, StatusCode::TOO_MANY_REQUESTS, &text);
        return Ok(attempts::too_many(wait, page));
    }
    let wrong = if !is_name(name) {
        Some(texts.name_is_wrong)
    } else if !is_email(&email) {
        Some(texts.email_is_wrong)
    } else if !password::is_acceptable(&form.password) {
        Some(texts.password_is_wrong)
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return Ok(refused(
            view,
            &form,
            StatusCode::UNPROCESSABLE_ENTITY,
            wrong,
        ));
    }
    let Some(user) = shop
        .users
        .sign_up(&email, name, form.password.clone())
        .await?
    else {
        return Ok(refused(
            view,
            &form,
            StatusCode::CONFLICT,
            texts.email_is_taken,
        ));
    };
    begin(&mut auth, &mut visit, &user, &device);
    shop.activity.note(user.id, What::SignedUp);
    visit.set_notice(Notice::Welcome);
    Ok(Redirect::to("/account").into_response())
}

/// What a name has to be: there, and not a page.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=60).contains(&name.chars().count())
}

/// Whether it may be an address. Whether it is one, only a letter to it would tell.
fn is_email(email: &str) -> bool {
    let parts = email.split_once('@');
    let is_address = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    is_address && email.len() <= 128 && !email.contains(char::is_whitespace)
}

fn refused(view: View, form: &SignUp, status: StatusCode, text: &str) -> Response {
    let (texts, body) = (view.texts(), page(&view, form, Some(text)));
    view.page_with(status, texts.sign_up, &body)
}

fn page(view: &View, form: &SignUp, wrong: Option<&str>) -> Markup {
    let texts = view.texts();
    let fields = html! {
        (Field::name(texts.name).value(&form.name).wrong(wrong.is_some()))
        (Field::email(texts.email).value(&form.email).wrong(wrong.is_some()))
        (Field::new_password(texts.password, texts.password_hint).wrong(wrong.is_some()))
        button.primary { (texts.sign_up) }
    };
    html! {
        div.narrow {
            h1 { (texts.sign_up) }
            (problem(wrong))
            (view.form("/sign-up", &fields))
            p { (texts.have_account) " " a href="/sign-in" { (texts.sign_in) } }
        }
    }
}
