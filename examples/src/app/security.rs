//! What is dangerous: another password, and the end of the account. Both want whoever is signed in
//! to have given his password a moment ago, and not merely to have found the browser open.

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
    cart::Cart,
    field::{Field, account, problem},
    page::{Member, View},
    password,
    sessions::Auth,
    visit::{Notice, Visit},
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route(
            "/account/password",
            get(show_password).post(change_password),
        )
        .route("/account/delete", get(show_delete).post(delete))
}

#[derive(Deserialize)]
struct NewPassword {
    password: String,
}

async fn show_password(view: View, member: Member) -> Response {
    let (texts, body) = (view.texts(), password_page(&view, &member, None));
    view.page(texts.change_password, &body)
}

/// A new password ends every other session: whoever knew the old one is out.
async fn change_password(
    State(shop): State<Shop>,
    view: View,
    mut member: Member,
    mut visit: Session<Visit>,
    Form(form): Form<NewPassword>,
) -> Result<Response, Failed> {
    let texts = view.texts();
    if !password::is_acceptable(&form.password) {
        let body = password_page(&view, &member, Some(texts.password_is_wrong));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(view.page_with(status, texts.change_password, &body));
    }
    shop.users
        .set_password(member.user.clone(), form.password)
        .await?;
    shop.end_others(&member).await?;
    // A new id for this one too: a copy of its cookie is of no use any more.
    member.auth.reauthenticate();
    shop.activity.note(member.id(), What::PasswordChanged);
    visit.set_notice(Notice::PasswordChanged);
    Ok(Redirect::to("/account").into_response())
}

fn password_page(view: &View, member: &Member, wrong: Option<&str>) -> Markup {
    let texts = view.texts();
    html! {
        div.narrow {
            h1 { (texts.change_password) }
            (problem(wrong))
            p { (texts.change_password_lead) }
            (view.form("/account/password", &html! {
                (account(&member.user.email))
                (Field::new_password(texts.new_password, texts.password_hint).wrong(wrong.is_some()))
                button.primary { (texts.change_password) }
            }))
            p { a href="/account" { (texts.back_to_account) } }
        }
    }
}

async fn show_delete(view: View, _member: Member) -> Response {
    let texts = view.texts();
    let body = html! {
        div.narrow {
            h1 { (texts.delete_account) }
            p { (texts.delete_account_lead) }
            (view.form("/account/delete", &html! {
                button.danger { (texts.delete_account) }
            }))
            p { a href="/account" { (texts.back_to_account) } }
        }
    };
    view.page(texts.delete_account, &body)
}

async fn delete(
    State(shop): State<Shop>,
    mut member: Member,
    mut cart: Session<Cart>,
    mut visit: Session<Visit>,
) -> Result<Response, Failed> {
    shop.users.remove(member.id()).await?;
    shop.sessions.of::<Auth>(&member.id()).end_all().await?;
    // It has ended with the others; this browser forgets it too.
    member.auth.delete();
    shop.activity.forget(member.id());
    cart.delete();
    visit.regenerate();
    visit.set_notice(Notice::AccountDeleted);
    Ok(Redirect::to("/").into_response())
}
