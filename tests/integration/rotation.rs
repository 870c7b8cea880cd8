//! Keys: rotated between deployments and swapped while running.

use std::time::Duration;

use axum::{Router, routing::get};
use session_runtime::{
    Config, Keyring, Reason, Session, Sessions, Settings, Unmounted, testing::HeldClock,
};
use tests::{AppSessions, Auth, Client, key, registry};

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn read(session: Session<Auth>) -> String {
    session
        .meta()
        .reason()
        .map_or_else(|| format!("{:?}", session.user_id()), |r| r.to_string())
}

async fn untouched() {}

/// A server with these keys, and its registry.
fn server(keyring: Keyring, clock: &HeldClock) -> (Router, Sessions) {
    let registry = AppSessions {
        auth: Config::new(keyring),
        ..registry()
    };
    let unmounted = Unmounted::with_settings(registry, Settings::new().clock(clock)).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/untouched", get(untouched))
    });
    (router, sessions)
}

#[tokio::test]
async fn an_old_key_opens_and_the_session_is_sealed_anew_with_its_end_unchanged() {
    let clock = HeldClock::new();
    let mut client = Client::new(server(Keyring::new(key(1)), &clock).0);
    client.get("/write").await;
    clock.advance(Duration::from_secs(60));

    let rotated = Keyring::new(key(2)).also_open(key(1));
    let mut client = client.at(server(rotated, &clock).0);
    assert_eq!(client.get("/untouched").await.set_cookies(), [""; 0]);
    let answer = client.get("/read").await;
    assert_eq!(
        (answer.text().as_str(), answer.set_cookies().len()),
        ("Some(7)", 1)
    );

    // Only the new key is left, and the idle limit still counts from the write.
    let mut client = client.at(server(Keyring::new(key(2)), &clock).0);
    assert_eq!(client.get("/read").await.text(), "Some(7)");
    clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(client.get("/read").await.text(), "expired");
}

#[tokio::test]
async fn re_sealing_for_a_new_key_waits_for_a_navigation() {
    let clock = HeldClock::new();
    let mut client = Client::new(server(Keyring::new(key(1)), &clock).0);
    client.get("/write").await;
    let mut client = client.at(server(Keyring::new(key(2)).also_open(key(1)), &clock).0);
    assert_eq!(
        client
            .get_with("/read", "sec-fetch-mode", "cors")
            .await
            .set_cookies(),
        [""; 0]
    );
    assert_eq!(
        client
            .get_with("/read", "sec-fetch-mode", "navigate")
            .await
            .set_cookies()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_removed_key_gives_a_fresh_session_and_says_why() {
    let clock = HeldClock::new();
    let mut client = Client::new(server(Keyring::new(key(1)), &clock).0);
    client.get("/write").await;
    let mut client = client.at(server(Keyring::new(key(2)), &clock).0);
    assert_eq!(
        client.get("/read").await.text(),
        Reason::UnknownKey.to_string()
    );
}

/// The keys of one server at one time.
type Step = fn() -> Keyring;

/// Two servers behind one address, with a step of a rotation on one of them at a time: whatever
/// server answers, nobody is signed out.
#[tokio::test]
async fn o11_a_fleet_rotates_in_either_order_without_signing_anybody_out() {
    let old = || Keyring::new(key(1));
    let announced = || Keyring::new(key(1)).also_open(key(2));
    let current = || Keyring::new(key(2)).also_open(key(1));
    let done = || Keyring::new(key(2));
    let clock = HeldClock::new();
    let steps: [(Step, Step); 7] = [
        (old, old),
        (announced, old),
        (announced, announced),
        (announced, current),
        (current, current),
        (current, done),
        (done, done),
    ];
    for reversed in [false, true] {
        let mut client = Client::new(server(old(), &clock).0);
        client.get("/write").await;
        for (one, other) in steps {
            let (one, other) = if reversed { (other, one) } else { (one, other) };
            for keyring in [one(), other(), one()] {
                client = client.at(server(keyring, &clock).0);
                assert_eq!(client.get("/read").await.text(), "Some(7)");
                client.get("/write").await;
            }
        }
    }
}

#[tokio::test]
async fn keys_are_swapped_while_the_server_runs() {
    let clock = HeldClock::new();
    let (router, sessions) = server(Keyring::new(key(1)), &clock);
    let mut client = Client::new(router);
    client.get("/write").await;
    sessions
        .swap_keyring::<Auth>(Keyring::new(key(2)).also_open(key(1)))
        .unwrap();
    assert_eq!(client.get("/read").await.set_cookies().len(), 1);
    sessions.swap_keyring::<Auth>(key(2)).unwrap();
    assert_eq!(client.get("/read").await.text(), "Some(7)");
    sessions.swap_keyring::<Auth>(key(3)).unwrap();
    assert_eq!(client.get("/read").await.text(), "unknown key");
}
