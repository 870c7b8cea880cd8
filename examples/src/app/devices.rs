//! Where a member is signed in, and signing out there: one device, or all others.

use axum::{
    Form, Router,
    extract::State,
    response::{Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use session_runtime::{ListedSession, Session, SessionId};

use super::{
    Failed, Shop,
    activity::What,
    page::{Member, View},
    sessions::Auth,
    visit::{Notice, Visit},
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/account/devices", get(show))
        .route("/account/devices/end", post(end))
        .route("/account/devices/end-others", post(end_others))
}

async fn show(State(shop): State<Shop>, view: View, member: Member) -> Result<Response, Failed> {
    let texts = view.texts();
    let this = member.auth.meta().id();
    let devices = shop.sessions.of::<Auth>(&member.id()).list().await?;
    let body = html! {
        h1 { (texts.devices) }
        p.lead { (texts.devices_lead) }
        ul.devices {
            @for device in &devices { (entry(&shop, &view, device, this)) }
        }
        @if devices.len() > 1 {
            (view.form("/account/devices/end-others", &html! {
                button.primary { (texts.sign_out_others) }
            }))
        }
        p { a href="/account" { (texts.back_to_account) } }
    };
    Ok(view.page(texts.devices, &body))
}

fn entry(
    shop: &Shop,
    view: &View,
    device: &ListedSession<Auth>,
    this: Option<SessionId>,
) -> Markup {
    let texts = view.texts();
    let is_this = Some(device.id()) == this;
    let ago = |time| texts.ago(shop.now.since(time));
    let data = device.data();
    html! {
        li.device {
            div.what {
                strong { (data.device) }
                @if is_this { " " span.tag { (texts.this_device) } }
                @if data.remembered { " " span.tag.quiet { (texts.remembered) } }
                small {
                    (texts.signed_in) " " (ago(device.created())) " · "
                    (texts.last_seen) " " (ago(device.last_seen())) " · " (texts.pages(data.pages))
                }
            }
            @if !is_this {
                (view.form("/account/devices/end", &html! {
                    button name="device" value=(device.id().encode()) {
                        (texts.sign_out) span.hidden { " " (data.device) }
                    }
                }))
            }
        }
    }
}

#[derive(Deserialize)]
struct Chosen {
    device: String,
}

/// Whose session it is, is asked by `of`: nobody can end another's.
async fn end(
    State(shop): State<Shop>,
    member: Member,
    mut visit: Session<Visit>,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect, Failed> {
    if let Some(id) = SessionId::decode(&chosen.device)
        && shop.sessions.of::<Auth>(&member.id()).end(&id).await?
    {
        shop.activity.note(member.id(), What::DeviceSignedOut);
        visit.set_notice(Notice::DeviceSignedOut);
    }
    Ok(Redirect::to("/account/devices"))
}

async fn end_others(
    State(shop): State<Shop>,
    member: Member,
    mut visit: Session<Visit>,
) -> Result<Redirect, Failed> {
    let ended = shop.end_others(&member).await?;
    shop.activity
        .note(member.id(), What::OthersSignedOut(ended));
    visit.set_notice(Notice::OthersSignedOut(ended));
    Ok(Redirect::to("/account/devices"))
}

impl Shop {
    /// Ends every session of `member` but this one. Returns how many there were.
    pub(crate) async fn end_others(&self, member: &Member) -> Result<usize, Failed> {
        let Some(this) = member.auth.meta().id() else {
            return Ok(0);
        };
        let sessions = self.sessions.of::<Auth>(&member.id());
        Ok(sessions.end_others(&this).await?)
    }
}
