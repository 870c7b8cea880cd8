//! A live page: what happens in the account, as it happens (server-sent events). The stream ends
//! when the session does, wherever it was ended from, and the page says so.

use std::{convert::Infallible, pin::Pin};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use futures_util::stream::{Stream, unfold};
use maud::{Markup, html};
use serde::Serialize;
use tokio::sync::broadcast::{self, error::RecvError};

use super::{
    Failed, Shop,
    activity::Activity,
    assets,
    page::{Member, View},
    sessions::Auth,
    text::Texts,
};

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/account/activity", get(show))
        .route("/account/activity/stream", get(stream))
}

async fn show(State(shop): State<Shop>, view: View, member: Member) -> Response {
    let texts = view.texts();
    let activities = shop.activity.last(member.id());
    let body = html! {
        h1 { (texts.activity) }
        p.lead { (texts.activity_lead) }
        p.live role="status" data-stream="/account/activity/stream"
            data-open=(texts.live_is_open) data-lost=(texts.live_is_lost) data-ended=(texts.live_has_ended) {
            (texts.live_needs_script)
        }
        p.ended hidden { a.button.primary href="/sign-in?next=/account/activity" { (texts.sign_in) } }
        ul.feed { @for activity in &activities { (entry(&shop, texts, activity)) } }
        @if activities.is_empty() { p.empty { (texts.no_activity) } }
        p { a href="/account" { (texts.back_to_account) } }
        script src=(assets::live()) defer {}
    };
    view.page(texts.activity, &body)
}

fn entry(shop: &Shop, texts: &Texts, activity: &Activity) -> Markup {
    html! {
        li { span { (texts.what(&activity.what)) } small { (texts.ago(shop.now.since(activity.at))) } }
    }
}

/// What the script of the page needs of one activity.
#[derive(Serialize)]
struct Entry {
    what: String,
    when: String,
}

async fn stream(State(shop): State<Shop>, view: View, member: Member) -> Result<Response, Failed> {
    let id = member.auth.meta().id();
    let session = match id {
        Some(id) => shop.sessions.load::<Auth>(&id).await?,
        None => None,
    };
    // It ended while this request was under way.
    let Some(session) = session else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let live = Live {
        new: shop.activity.listen(member.id()),
        ended: Box::pin(session.ended()),
        texts: view.texts(),
        shop,
    };
    let stream = Sse::new(live.events()).keep_alive(KeepAlive::default());
    Ok(stream.into_response())
}

/// One open page.
struct Live {
    new: broadcast::Receiver<Activity>,
    ended: Pin<Box<dyn Future<Output = ()> + Send>>,
    texts: &'static Texts,
    shop: Shop,
}

impl Live {
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(Some(self), |live| async {
            let mut live = live?;
            let event = live.next().await;
            let goes_on = event.is_some().then_some(live);
            // The last word, so that the page does not take the end for a broken line.
            let event = event.unwrap_or_else(|| Event::default().event("ended").data("ended"));
            Some((Ok(event), goes_on))
        })
    }

    /// The next activity; `None`: the session has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let activity = tokio::select! {
                () = &mut self.ended => return None,
                activity = self.new.recv() => activity,
            };
            match activity {
                Ok(activity) => return Some(self.event(&activity)),
                // A slow browser has missed some; the newer ones go on.
                Err(RecvError::Lagged(_)) => {}
                // The account is gone.
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn event(&self, activity: &Activity) -> Event {
        let entry = Entry {
            what: self.texts.what(&activity.what),
            when: self.texts.ago(self.shop.now.since(activity.at)),
        };
        let event = Event::default().event("activity").json_data(entry);
        event.unwrap_or_default() // two texts are JSON
    }
}
