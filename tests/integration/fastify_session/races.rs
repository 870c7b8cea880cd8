//! Two requests of one browser at once. Beyond Node, of which the last one to write wins.

mod kept;
mod remember;
mod with_node;

use std::sync::Arc;

use axum::{Extension, Router, routing::get};
use session_runtime::{EventKind, Rolling, Session};
use tests::{Answer, Client};
use tokio::sync::Semaphore;

use super::{Call, MINUTE, Site, Visitor, assert_silent, line, shared, site_of};

/// Where a handler that has its session waits until the test lets it go on.
#[derive(Clone)]
struct Gate {
    entered: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    async fn pass(&self) {
        self.entered.add_permits(1);
        self.open.acquire().await.unwrap().forget();
    }
}

type Held = Extension<Gate>;

fn held_routes() -> Router {
    Router::new()
        .route(
            "/held/read",
            get(async |_: Session<Visitor>, gate: Held| gate.pass().await),
        )
        .route(
            "/held/write",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.update_n(|n| *n += 10);
            }),
        )
        .route(
            "/held/name",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.set_user("carol");
            }),
        )
        .route(
            "/held/touch",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.touch();
            }),
        )
        .route(
            "/held/keep",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.regenerate_keep(Visitor::USER | Visitor::N);
            }),
        )
        .route(
            "/held/sign-in",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.regenerate().set_user("bob");
            }),
        )
        .route(
            "/held/delete",
            get(async |mut session: Session<Visitor>, gate: Held| {
                gate.pass().await;
                session.delete();
            }),
        )
}

/// Somebody who has been here, and a gate.
async fn visited(rolling: Rolling) -> (Site, Client, Gate) {
    visited_with(rolling, held_routes()).await
}

async fn visited_with(rolling: Rolling, routes: Router) -> (Site, Client, Gate) {
    let gate = Gate {
        entered: Arc::new(Semaphore::new(0)),
        open: Arc::new(Semaphore::new(0)),
    };
    let mut site = site_of(|session| shared(session).idle(MINUTE).rolling(rolling));
    // The layer of the site is around these too.
    let routes = routes
        .layer(site.sessions.layer())
        .layer(Extension(gate.clone()));
    site.router = site.router.merge(routes);
    site.client = Client::new(site.router.clone());
    site.get("/write").await;
    site.clock.advance(MINUTE / 2);
    site.calls();
    site.events();
    let held = site.client.clone();
    (site, held, gate)
}

/// Asks for `held`, and while its handler has the session for `others`, one after the other.
async fn while_held(
    site: &mut Site,
    client: &mut Client,
    gate: &Gate,
    held: &str,
    others: &[&str],
) -> Answer {
    let meanwhile = async {
        gate.entered.acquire().await.unwrap().forget();
        for other in others {
            site.get(other).await;
        }
        gate.open.add_permits(1);
    };
    tokio::join!(client.get(held), meanwhile).0
}

fn lost(site: &Site) -> usize {
    let events = site.events();
    events
        .iter()
        .filter(|event| **event == EventKind::WriteLost)
        .count()
}

#[tokio::test]
async fn two_that_change_different_fields_both_keep_their_change() {
    for rolling in [Rolling::ALWAYS, Rolling::OFF] {
        let (mut site, mut held, gate) = visited(rolling).await;
        let (gate_2, mut held_2) = (gate.clone(), held.clone());
        let both_in = async {
            gate_2.entered.acquire_many(2).await.unwrap().forget();
            gate_2.open.add_permits(2);
        };
        let (write, name, ()) =
            tokio::join!(held.get("/held/write"), held_2.get("/held/name"), both_in);
        line(&write);
        line(&name);
        let events = site.events();
        assert!(
            events.contains(&EventKind::Merged { overwritten: 0 }),
            "{events:?}"
        );
        assert_eq!(site.read().await, "Some(\"carol\") 11 None");
    }
}

#[tokio::test]
async fn of_many_at_once_each_is_saved_on_top_of_the_others() {
    let (mut site, held, gate) = visited(Rolling::OFF).await;
    let mut requests = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (mut client, path) = (held.clone(), ["/held/name", "/held/write"][n % 2]);
        requests.spawn(async move { client.get(path).await });
    }
    gate.entered.acquire_many(20).await.unwrap().forget();
    gate.open.add_permits(20);
    for answer in requests.join_all().await {
        line(&answer);
    }
    let merged = |event: &EventKind| matches!(event, EventKind::Merged { .. });
    assert_eq!(site.events().into_iter().filter(merged).count(), 19);
    assert_eq!(site.read().await, "Some(\"carol\") 11 None");
}

#[tokio::test]
async fn one_field_that_both_change_is_the_later_ones_and_counted() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    while_held(&mut site, &mut held, &gate, "/held/write", &["/write"]).await;
    assert!(
        site.events()
            .contains(&EventKind::Merged { overwritten: 1 })
    );
    assert_eq!(site.read().await, "Some(\"alice\") 11 None");
}

#[tokio::test]
async fn a_session_that_gets_another_id_takes_along_what_was_written_meanwhile() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    let old = site.id();
    while_held(
        &mut site,
        &mut held,
        &gate,
        "/held/keep",
        &["/write", "/write"],
    )
    .await;
    assert!(
        site.events()
            .contains(&EventKind::Merged { overwritten: 0 })
    );
    let read = held.get("/read").await.text();
    assert_eq!(read, "Some(\"alice\") 3 None");
    assert_eq!(site.record(&old), None);
    assert_eq!(site.shelf.keys().len(), 1);
}

#[tokio::test]
async fn of_two_that_give_it_another_id_one_does_and_one_session_is_left() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    let mut other = site.client.clone();
    let both_in = async {
        gate.entered.acquire_many(2).await.unwrap().forget();
        gate.open.add_permits(2);
    };
    let (one, two, ()) = tokio::join!(held.get("/held/keep"), other.get("/held/keep"), both_in);
    assert_eq!(one.set_cookies().len() + two.set_cookies().len(), 1);
    assert_eq!((site.shelf.keys().len(), lost(&site)), (1, 1));
    for answer in [&one, &two] {
        site.client.keep(answer);
    }
    assert_eq!(site.read().await, "Some(\"alice\") 1 None");
}

#[tokio::test]
async fn a_write_that_meets_a_deleted_session_writes_and_sends_nothing_and_is_counted() {
    for (ends, left) in [("/delete", 0), ("/sign-in", 1)] {
        for path in ["/held/write", "/held/keep"] {
            let (mut site, mut held, gate) = visited(Rolling::OFF).await;
            let old = site.id();
            let answer = while_held(&mut site, &mut held, &gate, path, &[ends]).await;
            assert_eq!(answer.status(), 200);
            assert_silent(&answer);
            assert_eq!(
                (site.shelf.keys().len(), lost(&site)),
                (left, 1),
                "{path} {ends}"
            );
            assert_eq!(site.record(&old), None);
        }
    }
}

#[tokio::test]
async fn a_sign_out_wins_over_a_read_that_would_move_the_end() {
    for path in ["/held/read", "/held/touch"] {
        let (mut site, mut held, gate) = visited(Rolling::ALWAYS).await;
        let answer = while_held(&mut site, &mut held, &gate, path, &["/delete"]).await;
        assert_silent(&answer);
        assert_eq!(site.shelf.keys(), [""; 0]);
        // Nobody wrote, so nothing was lost.
        assert_eq!(lost(&site), 0);
    }
}

#[tokio::test]
async fn a_sign_out_counts_whatever_was_written_meanwhile() {
    let (mut site, mut held, gate) = visited(Rolling::ALWAYS).await;
    let answer = while_held(&mut site, &mut held, &gate, "/held/delete", &["/write"]).await;
    assert!(line(&answer).starts_with("sessionId=; Max-Age=0"));
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn a_sign_in_leaves_nothing_of_what_was_written_meanwhile() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    while_held(&mut site, &mut held, &gate, "/held/sign-in", &["/write"]).await;
    assert_eq!(held.get("/read").await.text(), "Some(\"bob\") 0 None");
    assert_eq!(site.shelf.keys().len(), 1);
}

#[tokio::test]
async fn a_read_that_meets_a_write_leaves_it_as_it_is() {
    let (mut site, mut held, gate) = visited(Rolling::ALWAYS).await;
    let answer = while_held(&mut site, &mut held, &gate, "/held/read", &["/write"]).await;
    // It was saved, which moved its end: the browser is told of that.
    line(&answer);
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
}

#[tokio::test]
async fn two_that_find_it_expired_leave_no_trace_of_it() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    let old = site.id();
    site.clock.advance(MINUTE);
    while_held(&mut site, &mut held, &gate, "/held/read", &["/read"]).await;
    assert_eq!(site.record(&old), None);
    let calls = site.calls();
    assert_eq!(
        calls.iter().filter(|call| **call == Call::Create).count(),
        2
    );
}
