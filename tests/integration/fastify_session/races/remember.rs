//! "Remember me", a life of its own that a response gives a session, while another request of the
//! same browser has it.

use std::time::Duration;

use axum::{Router, routing::get};
use serde_json::json;
use session_runtime::{CookieOptions, Rolling, Session};
use tests::Client;

use super::{Gate, Held, held_routes, line, visited_with, while_held};
use crate::fastify_session::{ALICE, Site, Visitor};

const MONTH: Duration = Duration::from_secs(2_592_000);
/// Half a minute after the clock's start, and a month.
const EXPIRES: &str = "; Expires=Fri, 31 Jan 2020 00:00:30 GMT;";

fn remember(session: &mut Session<Visitor>) {
    session.options(CookieOptions::new().max_age(MONTH)).touch();
}

fn routes() -> Router {
    held_routes()
        .route(
            "/remember",
            get(async |mut session: Session<Visitor>| remember(&mut session)),
        )
        .route(
            "/held/remember",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                remember(&mut session);
            }),
        )
}

async fn visited(rolling: Rolling) -> (Site, Client, Gate) {
    visited_with(rolling, routes()).await
}

#[track_caller]
fn assert_remembered(site: &Site, id: &str) {
    let record = site.record(id).unwrap();
    let is = |key, value| assert_eq!(record.pointer(key), Some(&value));
    is("/cookie/originalMaxAge", json!(2_592_000_000_u64));
    is("/cookie/expires", json!("2020-01-31T00:00:30.000Z"));
    let kept = site.shelf.seconds(&format!("sess:{id}"));
    assert_eq!(kept, Some(MONTH.as_secs()));
}

#[tokio::test]
async fn who_is_remembered_meanwhile_stays_so_and_the_change_is_there_too() {
    for rolling in [Rolling::OFF, Rolling::ALWAYS] {
        for (held, other) in [("/held/write", "/remember"), ("/held/remember", "/write")] {
            let (mut site, mut client, gate) = visited(rolling).await;
            let answer = while_held(&mut site, &mut client, &gate, held, &[other]).await;
            assert!(line(&answer).contains(EXPIRES), "{held}: {answer:?}");
            assert_remembered(&site, &site.id());
            let read = client.get("/read").await.text();
            assert_eq!(
                read,
                if held == "/held/write" {
                    "Some(\"alice\") 11 None"
                } else {
                    "Some(\"alice\") 2 None"
                }
            );
        }
    }
}

#[tokio::test]
async fn a_read_that_meets_it_tells_the_browser_so() {
    for held in ["/held/read", "/held/touch"] {
        let (mut site, mut client, gate) = visited(Rolling::ALWAYS).await;
        let answer = while_held(&mut site, &mut client, &gate, held, &["/remember"]).await;
        assert!(line(&answer).contains(EXPIRES), "{held}: {answer:?}");
        assert_remembered(&site, &site.id());
        assert_eq!(client.get("/read").await.text(), ALICE);
    }
}

#[tokio::test]
async fn and_a_session_that_gets_another_id_takes_it_along() {
    let (mut site, mut client, gate) = visited(Rolling::OFF).await;
    let old = site.id();
    let others = ["/remember", "/write"];
    let answer = while_held(&mut site, &mut client, &gate, "/held/keep", &others).await;
    assert!(line(&answer).contains(EXPIRES), "{answer:?}");
    site.client = client;
    assert_remembered(&site, &site.id());
    assert_eq!(site.record(&old), None);
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
}
