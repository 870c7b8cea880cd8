//! The account: a page for members, with a name that can be changed.

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
    field::{Field, problem},
    page::{Member, View},
    sign_up::is_name,
    visit::{Notice, Visit},
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/account", get(show).post(save))
}

#[derive(Deserialize)]
struct Profile {
    name: String,
}

async fn show(State(shop): State<Shop>, view: View, member: Member) -> Response {
    let texts = view.texts();
    let body = page(&shop, &view, &member, &member.user.name, None);
    view.page(texts.account, &body)
}

async fn save(
    State(shop): State<Shop>,
    view: View,
    member: Member,
    mut visit: Session<Visit>,
    Form(form): Form<Profile>,
) -> Result<Response, Failed> {
    let name = form.name.trim();
    if !is_name(name) {
        let texts = view.texts();
        let body = page(&shop, &view, &member, name, Some(texts.name_is_wrong));
        return Ok(view.page_with(StatusCode::UNPROCESSABLE_ENTITY, texts.account, &body));
    }
    let id = member.id();
    shop.users.rename(member.user, name).await?;
    shop.activity.note(id, What::ProfileSaved);
    visit.set_notice(Notice::ProfileSaved);
    Ok(Redirect::to("/account").into_response())
}

fn page(shop: &Shop, view: &View, member: &Member, name: &str, wrong: Option<&str>) -> Markup {
    let texts = view.texts();
    let signed_in = member.auth.meta().authenticated_at();
    let form = view.form(
        "/account",
        &html! {
            (Field::name(texts.name).value(name).wrong(wrong.is_some()))
            button { (texts.save) }
        },
    );
    html! {
        h1 { (texts.hello(&member.user.name)) }
        div.columns {
            section.panel {
                h2 { (texts.profile) }
                (problem(wrong))
                (form)
                dl {
                    dt { (texts.email) } dd { (member.user.email) }
                    @if let Some(at) = signed_in {
                        dt { (texts.last_sign_in) } dd { (texts.ago(shop.now.since(at))) }
                    }
                }
            }
            section.panel {
                h2 { (texts.security) }
                ul.links {
                    (entry("/account/devices", texts.devices, texts.devices_hint))
                    (entry("/account/activity", texts.activity, texts.activity_hint))
                    (entry("/account/password", texts.change_password, texts.change_password_hint))
                    (entry("/account/delete", texts.delete_account, texts.delete_account_hint))
                }
            }
        }
    }
}

fn entry(to: &str, name: &str, hint: &str) -> Markup {
    html! { li { a href=(to) { (name) } small { (hint) } } }
}
