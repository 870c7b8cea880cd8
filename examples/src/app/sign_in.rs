//! Signing in, with "remember me", and signing out.

use std::time::Duration;

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use session_runtime::{CookieOptions, Reason, ReturnTo, Session};

use super::{
    Failed, Shop,
    activity::What,
    attempts,
    device::Device,
    field::{Field, problem},
    page::View,
    sessions::Auth,
    users::{DEMO_EMAIL, DEMO_PASSWORD, User},
    visit::{Notice, Visit},
};

/// How long the browser keeps the cookie of whoever wants to be remembered. The session's own
/// limits end it before, if they pass.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Deserialize)]
struct SignIn {
    email: String,
    password: String,
    remember: Option<String>,
}

async fn show(view: View, mut auth: Session<Auth>, next: ReturnTo) -> Response {
    if view.is_signed_in() {
        return Redirect::to(next.or("/account")).into_response();
    }
    let was_ended = auth.meta().reason().is_some_and(was_ended);
    if was_ended {
        // Said once: the cookie of what is over goes.
        auth.delete();
    }
    let texts = view.texts();
    let body = html! {
        @if was_ended { p.notice role="status" { (texts.you_were_signed_out) } }
        (page(&view, "", None))
    };
    view.page(texts.sign_in, &body)
}

/// Whether there was a session that has ended: worth a word to whoever had it.
const fn was_ended(reason: Reason) -> bool {
    matches!(reason, Reason::NotFound | Reason::Expired | Reason::Revoked)
}

async fn sign_in(
    State(shop): State<Shop>,
    view: View,
    mut auth: Session<Auth>,
    mut visit: Session<Visit>,
    next: ReturnTo,
    device: Device,
    Form(form): Form<SignIn>,
) -> Result<Response, Failed> {
    let email = form.email.trim().to_lowercase();
    if let Err(wait) = shop.attempts.count(device.address, &email) {
        let text = view.texts().too_many_attempts(wait);
        let page = refused(view, &email, StatusCode::TOO_MANY_REQUESTS, &text);
        return Ok(attempts::too_many(wait, page));
    }
    let Some(user) = shop.users.sign_in(&email, form.password).await? else {
        let text = view.texts().wrong_password;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(refused(view, &email, status, text));
    };
    begin(&mut auth, &mut visit, &user, &device);
    remember(&mut auth, form.remember.is_some());
    let device = device.name;
    shop.activity.note(user.id, What::SignedIn { device });
    visit.set_notice(Notice::SignedIn);
    Ok(Redirect::to(next.or("/account")).into_response())
}

/// Makes the session that of `user`.
pub(crate) fn begin(
    auth: &mut Session<Auth>,
    visit: &mut Session<Visit>,
    user: &User,
    device: &Device,
) {
    // A new session for a new person: nothing that was planted before comes along.
    auth.regenerate();
    auth.set_user(user.id).set_device(&*device.name);
    // No form from before is good any more.
    visit.regenerate();
}

fn remember(auth: &mut Session<Auth>, is_wanted: bool) {
    auth.set_remembered(is_wanted);
    // The session keeps it, until a sign-in begins another.
    if is_wanted {
        auth.options(CookieOptions::new().max_age(REMEMBERED));
    }
}

async fn sign_out(
    State(shop): State<Shop>,
    mut auth: Session<Auth>,
    mut visit: Session<Visit>,
) -> Redirect {
    if let Some(user) = auth.user() {
        let device = auth.device().to_owned();
        shop.activity.note(*user, What::SignedOut { device });
    }
    auth.delete();
    visit.regenerate();
    visit.set_notice(Notice::SignedOut);
    Redirect::to("/")
}

fn refused(view: View, email: &str, status: StatusCode, text: &str) -> Response {
    let (texts, body) = (view.texts(), page(&view, email, Some(text)));
    view.page_with(status, texts.sign_in, &body)
}

fn page(view: &View, email: &str, wrong: Option<&str>) -> Markup {
    let texts = view.texts();
    let form = view.form_here(&html! {
        (Field::email(texts.email).value(email).wrong(wrong.is_some()))
        (Field::password(texts.password, "current-password").wrong(wrong.is_some()))
        label.check {
            input type="checkbox" name="remember" value="yes";
            span { (texts.remember_me) small { (texts.remember_hint) } }
        }
        button.primary { (texts.sign_in) }
    });
    html! {
        div.narrow {
            h1 { (texts.sign_in) }
            (problem(wrong))
            (form)
            p { (texts.no_account) " " a href="/sign-up" { (texts.sign_up) } }
            p.hint.demo {
                (texts.demo_account) br;
                code { (DEMO_EMAIL) } br;
                code { (DEMO_PASSWORD) }
            }
        }
    }
}
