//! What is reported, and when.

use std::{
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};

use axum::{Router, extract::Request, http::StatusCode, routing::get};
use futures_util::FutureExt;
use session_runtime::{
    DiscardCause, EventKind, Keyring, Reason, RequestSession, SendCause, Session, Settings,
    Unmounted, testing::HeldClock,
};
use tests::{Auth, Client, key, registry};

type Log = Arc<Mutex<Vec<EventKind>>>;

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn read(_: Session<Auth>) {}

async fn delete(mut session: Session<Auth>) {
    session.delete();
}

async fn times_out(mut session: Session<Auth>) -> StatusCode {
    session.set_user_id(8);
    StatusCode::GATEWAY_TIMEOUT
}

async fn untouched() {}

/// Extracts the session in two threads at once.
async fn read_twice(request: Request) {
    let (parts, _) = request.into_parts();
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                barrier.wait();
                let session = parts.session::<Auth>().now_or_never();
                assert!(session.unwrap().is_ok());
            });
        }
    });
}

fn client(clock: &HeldClock) -> (Client, Log, session_runtime::Sessions) {
    let log = Log::default();
    let events = Arc::clone(&log);
    let settings = Settings::new().clock(clock).on_event(move |event| {
        assert_eq!(event.session(), "auth");
        events.lock().unwrap().push(event.kind().clone());
    });
    let unmounted = Unmounted::with_settings(registry(), settings).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/delete", get(delete))
            .route("/timeout", get(times_out))
            .route("/untouched", get(untouched))
            .route("/twice", get(read_twice))
    });
    (Client::new(router), log, sessions)
}

/// What was reported since the last call.
fn take(log: &Log) -> Vec<EventKind> {
    std::mem::take(&mut *log.lock().unwrap())
}

fn sent(events: &[EventKind]) -> Option<SendCause> {
    events.iter().find_map(|event| match event {
        EventKind::Sent { cause, size } => {
            assert!((100..400).contains(size), "{size}");
            Some(*cause)
        }
        _ => None,
    })
}

#[tokio::test]
async fn a_session_is_opened_once_in_a_request_also_by_two_threads() {
    let (mut client, log, _) = client(&HeldClock::new());
    client.get("/write").await;
    take(&log);
    for _ in 0..2000 {
        client.get("/twice").await;
        assert_eq!(take(&log), [EventKind::Opened]);
    }
}

#[tokio::test]
async fn each_step_of_a_session_is_reported_with_its_cause() {
    let clock = HeldClock::new();
    let (mut client, log, sessions) = client(&clock);

    client.get("/untouched").await;
    assert_eq!(take(&log), []);

    client.get("/write").await;
    let events = take(&log);
    assert_eq!(events[0], EventKind::Fresh(Reason::Absent));
    assert_eq!(sent(&events), Some(SendCause::Changed));

    client.get("/read").await;
    assert_eq!(take(&log), [EventKind::Opened]);

    clock.advance(Duration::from_secs(600));
    client.get("/read").await;
    assert_eq!(sent(&take(&log)), Some(SendCause::Rolling));

    sessions
        .swap_keyring::<Auth>(Keyring::new(key(2)).also_open(key(1)))
        .unwrap();
    assert_eq!(take(&log), [EventKind::KeyringSwapped]);
    client.get("/read").await;
    assert_eq!(sent(&take(&log)), Some(SendCause::KeyRotated));

    client.get("/timeout").await;
    assert_eq!(
        take(&log),
        [
            EventKind::Opened,
            EventKind::Discarded(DiscardCause::Timeout)
        ]
    );

    client.get("/delete").await;
    assert_eq!(take(&log), [EventKind::Opened, EventKind::Removed]);
}

#[tokio::test]
async fn o19_refused_cookies_are_reported_with_their_reason() {
    let clock = HeldClock::new();
    let (mut client, log, _) = client(&clock);
    client.set_cookie("__Host-auth", "zzz");
    client.get("/read").await;
    assert_eq!(take(&log), [EventKind::Fresh(Reason::Malformed)]);
    client.get("/write").await;
    clock.advance(Duration::from_secs(3600));
    take(&log);
    client.get("/read").await;
    assert_eq!(take(&log), [EventKind::Fresh(Reason::Expired)]);
}

#[tokio::test]
async fn d20_conflicts_are_counted() {
    let clock = HeldClock::new();
    let (mut client, log, _) = client(&clock);
    client.get("/write").await;
    take(&log);
    let value = client.cookie("__Host-auth").unwrap().to_owned();
    client.set_cookie(
        "__Host-auth",
        format!("{value}; __Host-auth=zzz; __Host-auth={value}"),
    );
    client.get("/read").await;
    assert_eq!(
        take(&log)[0],
        EventKind::Conflict {
            cookies: 3,
            valid: 2
        }
    );
}
