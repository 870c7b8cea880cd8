//! What a browser is shown.

use std::time::SystemTime;

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use session_runtime::{ListedSession, Reason, SessionId};

use crate::Auth;

pub(crate) fn sign_in(reason: Option<Reason>) -> Html<String> {
    let was_ended = matches!(reason, Some(Reason::NotFound | Reason::Expired));
    page(&html! {
        @if was_ended {
            p role="status" { "You were signed out here." }
        }
        form method="post" action="/sign-in" {
            label { "Your name " input name="user" value="ada" required autocomplete="username"; }
            button { "Sign in" }
        }
    })
}

pub(crate) fn devices(
    user: &str,
    this: Option<SessionId>,
    devices: &[ListedSession<Auth>],
) -> Html<String> {
    page(&html! {
        p { "Signed in as " strong { (user) } "." }
        h2 { "Your devices" }
        ul {
            @for device in devices { li { (entry(device, this)) } }
        }
        @if devices.len() > 1 {
            form method="post" action="/end-others" { button { "Sign out the others" } }
        }
        form method="post" action="/end-all" { button { "Sign out everywhere" } }
        form method="post" action="/sign-out" { button { "Sign out here" } }
    })
}

fn entry(device: &ListedSession<Auth>, this: Option<SessionId>) -> Markup {
    let is_this = Some(device.id()) == this;
    html! {
        strong { (device.data().device) }
        @if is_this { " (this one)" }
        br;
        "since " (ago(device.created())) ", last seen " (ago(device.last_seen()))
        ", " (device.data().pages) " pages"
        @if !is_this {
            form method="post" action="/end" {
                button name="id" value=(device.id().encode()) { "Sign out" }
            }
        }
    }
}

fn ago(time: SystemTime) -> String {
    let seconds = time.elapsed().map_or(0, |elapsed| elapsed.as_secs());
    match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86400),
    }
}

fn page(body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Devices" }
                style { (STYLE) }
            }
            body { h1 { "Devices" } (body) }
        }
    };
    Html(page.into_string())
}

const STYLE: &str = "body{font:1.1rem/1.6 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}\
    ul{list-style:none;padding:0}li{border-top:1px solid #8888;padding:.8rem 0}\
    form{margin:.5rem 0}button,input{font:inherit;padding:.3rem .8rem}:root{color-scheme:light dark}";
