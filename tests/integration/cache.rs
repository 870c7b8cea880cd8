//! Sessions that are kept opened: what is asked of each request all the same.

mod formats;
mod records;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Immutable, Keyring, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted, store::MemoryStore, testing::HeldClock,
};
use tests::{Client, key};

/// A number that tells how often values of its kind were read from JSON in this thread.
macro_rules! counted {
    ($name:ident, $count:ident) => {
        #[derive(Serialize, Default, Clone, PartialEq)]
        struct $name(u32);

        thread_local!(static $count: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $count.set($count.get() + 1);
                u32::deserialize(deserializer).map(Self)
            }
        }

        impl $name {
            fn times_read() -> u32 {
                $count.replace(0)
            }
        }
    };
}

use counted;

counted!(Shared, SHARED);
counted!(Own, OWN);

impl Immutable for Shared {}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m", version = 2, migrate = "Auth::from_v1")]
struct Auth {
    #[session(principal)]
    user: Option<u64>,
    clicks: Option<Shared>,
}

impl Auth {
    fn from_v1(_: u32, fields: &str) -> Option<Self> {
        serde_json::from_str(fields).ok()
    }
}

/// A session like it, with a field of a type of which nobody has said that it is only data.
#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Unsaid {
    clicks: Option<Own>,
}

/// Another, with a value that a function of the application makes.
#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Drawn {
    clicks: Option<Shared>,
    #[serde(skip, default = "draw")]
    drawn: u32,
}

fn draw() -> u32 {
    4
}

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
    unsaid: Config<Unsaid>,
    drawn: Config<Drawn>,
}

async fn click(mut session: Session<Auth>) {
    session.update_clicks(|clicks| clicks.get_or_insert_default().0 += 1);
}

async fn sign_in(mut session: Session<Auth>) {
    session.regenerate().set_user(7).set_clicks(Shared(0));
}

async fn renew_keeping(mut session: Session<Auth>) {
    session.regenerate_keep(Auth::USER | Auth::CLICKS);
}

async fn sign_out(mut session: Session<Auth>) {
    session.delete();
}

async fn read(session: Session<Auth>) -> String {
    let clicks = session.clicks().map(|clicks| clicks.0);
    format!("{:?} {clicks:?}", session.user())
}

struct Site {
    clock: HeldClock,
    sessions: Sessions<Registry>,
    client: Client,
}

fn site(auth: Config<Auth>) -> Site {
    site_with(auth, &HeldClock::new())
}

fn site_with(auth: Config<Auth>, clock: &HeldClock) -> Site {
    let registry = Registry {
        auth,
        unsaid: Config::new(key(2)),
        drawn: Config::new(key(3)),
    };
    let settings = Settings::new().clock(clock);
    let app = Unmounted::with_settings(registry, settings).unwrap();
    let (sessions, layer) = app.into_parts();
    let router = Router::new()
        .route("/click", get(click))
        .route("/sign-in", get(sign_in))
        .route("/renew-keeping", get(renew_keeping))
        .route("/sign-out", get(sign_out))
        .route("/read", get(read))
        .layer(layer);
    Site {
        clock: clock.clone(),
        sessions,
        client: Client::new(router),
    }
}

fn sealed() -> Config<Auth> {
    Config::new(key(1))
}

fn stored() -> Config<Auth> {
    Config::stored(MemoryStore::new())
}

impl Site {
    async fn read(&mut self) -> String {
        self.client.get("/read").await.text()
    }

    /// Signs in, and reads so often that the session is kept.
    async fn warm(config: Config<Auth>) -> Self {
        let mut site = site(config);
        site.client.get("/sign-in").await;
        for _ in 0..3 {
            assert_eq!(site.read().await, "Some(7) Some(0)");
        }
        site
    }
}

fn auth() -> Auth {
    Auth {
        user: Some(7),
        clicks: Some(Shared(3)),
    }
}

#[tokio::test]
async fn what_comes_again_is_decoded_no_third_time() {
    for config in [sealed(), stored()] {
        let mut site = site(config);
        site.client.get("/sign-in").await;
        let _before = Shared::times_read();
        for times in [1, 1, 0, 0] {
            assert_eq!(site.read().await, "Some(7) Some(0)");
            assert_eq!(Shared::times_read(), times);
        }
    }
}

#[tokio::test]
async fn without_a_cache_everything_is_decoded() {
    for config in [sealed(), stored()] {
        let mut site = site(config.cached_sessions(0));
        site.client.get("/sign-in").await;
        let _before = Shared::times_read();
        for _ in 0..4 {
            site.read().await;
            assert_eq!(Shared::times_read(), 1);
        }
    }
}

#[test]
fn a_type_of_which_it_is_not_known_is_decoded_with_each_request() {
    let site = site(sealed());
    let value = Unsaid {
        clicks: Some(Own(3)),
    };
    let value = site.sessions.encode(&site.sessions.create(value)).unwrap();
    let _before = Own::times_read();
    for _ in 0..4 {
        let session = site.sessions.decode::<Unsaid>(&value).unwrap();
        assert!(session.clicks() == Some(&Own(3)));
        assert_eq!(Own::times_read(), 1);
    }
}

#[test]
fn what_a_function_of_the_application_makes_is_made_with_each_request() {
    let site = site(sealed());
    let value = Drawn {
        clicks: Some(Shared(3)),
        drawn: 0,
    };
    let value = site.sessions.encode(&site.sessions.create(value)).unwrap();
    let _before = Shared::times_read();
    for _ in 0..4 {
        let session = site.sessions.decode::<Drawn>(&value).unwrap();
        assert!(session.drawn == 4 && session.clicks() == Some(&Shared(3)));
        assert_eq!(Shared::times_read(), 1);
    }
}

#[test]
fn a_migration_is_asked_with_each_request() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "auth")]
    struct First {
        user: Option<u64>,
        clicks: Option<Shared>,
    }
    #[derive(SessionRegistry)]
    struct Before {
        auth: Config<First>,
    }
    let before = Before {
        auth: Config::new(key(1)),
    };
    let site = site(sealed());
    let settings = Settings::new().clock(&site.clock);
    let before = Unmounted::with_settings(before, settings).unwrap();
    let (sessions, _) = before.into_parts();
    let old = First {
        user: Some(7),
        clicks: Some(Shared(3)),
    };
    let value = sessions.encode(&sessions.create(old)).unwrap();
    let _before = Shared::times_read();
    for _ in 0..4 {
        assert_eq!(
            site.sessions.decode::<Auth>(&value).unwrap().user(),
            Some(7)
        );
        assert_eq!(Shared::times_read(), 1);
    }
}

#[tokio::test]
async fn what_one_request_writes_no_other_sees_in_the_old_cookie() {
    let mut site = Site::warm(sealed()).await;
    let mut other_tab = site.client.clone();
    site.client.get("/click").await;
    site.client.get("/click").await;
    assert_eq!(site.read().await, "Some(7) Some(2)");
    for _ in 0..3 {
        assert_eq!(other_tab.get("/read").await.text(), "Some(7) Some(0)");
    }
}

#[tokio::test]
async fn d24_what_one_request_saves_the_next_one_sees() {
    let mut site = Site::warm(stored()).await;
    let mut other_tab = site.client.clone();
    for clicks in 1..4 {
        site.client.get("/click").await;
        for _ in 0..3 {
            let expected = format!("Some(7) Some({clicks})");
            assert_eq!(other_tab.get("/read").await.text(), expected);
        }
    }
}

#[tokio::test]
async fn o01_a_session_that_is_kept_expires_as_any() {
    for config in [sealed(), stored()] {
        let mut site = Site::warm(config).await;
        let mut other_tab = site.client.clone();
        site.clock.advance(Duration::from_secs(30 * 60 - 1));
        assert_eq!(other_tab.get("/read").await.text(), "Some(7) Some(0)");
        site.clock.advance(Duration::from_secs(30 * 60));
        for _ in 0..3 {
            assert_eq!(site.read().await, "None None");
        }
    }
}

#[tokio::test]
async fn d24_a_record_that_was_deleted_is_gone_for_whoever_has_its_cookie() {
    let mut site = Site::warm(stored()).await;
    let mut copy = site.client.clone();
    site.client.get("/sign-out").await;
    assert_eq!(copy.get("/read").await.text(), "None None");
}

#[tokio::test]
async fn o06_a_cookie_that_was_revoked_is_refused_though_it_is_kept() {
    let mut site = Site::warm(sealed().revocations(MemoryStore::new())).await;
    let mut copy = site.client.clone();
    site.client.get("/sign-out").await;
    assert_eq!(copy.get("/read").await.text(), "None None");
}

#[test]
fn o11_what_a_key_has_opened_goes_with_it() {
    let site = site(sealed());
    let sessions = &site.sessions;
    let value = sessions.encode(&sessions.create(auth())).unwrap();
    for _ in 0..3 {
        assert!(sessions.decode::<Auth>(&value).is_ok());
    }
    sessions.swap_keyring::<Auth>(Keyring::new(key(9))).unwrap();
    assert!(sessions.decode::<Auth>(&value).is_err());
}

#[test]
fn d04_a_cookie_that_ends_like_one_that_is_kept_is_no_other() {
    let site = site(sealed());
    let sessions = &site.sessions;
    let value = sessions.encode(&sessions.create(auth())).unwrap();
    for _ in 0..3 {
        assert!(sessions.decode::<Auth>(&value).is_ok());
    }
    for place in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(sessions.decode::<Auth>(&forged).is_err(), "{place}");
    }
}

#[test]
fn the_application_is_asked_about_data_each_time() {
    let refuses = std::sync::Arc::new(AtomicU32::new(0));
    let asked = std::sync::Arc::clone(&refuses);
    let site = site(sealed().validate(move |_| asked.load(Ordering::Relaxed) == 0));
    let sessions = &site.sessions;
    let value = sessions.encode(&sessions.create(auth())).unwrap();
    for _ in 0..3 {
        assert!(sessions.decode::<Auth>(&value).is_ok());
    }
    refuses.store(1, Ordering::Relaxed);
    assert!(sessions.decode::<Auth>(&value).is_err());
}

#[test]
fn a_cache_that_cannot_be_is_told_of_at_start() {
    let problem = |unsaid: Config<Unsaid>| {
        let registry = Registry {
            auth: sealed(),
            unsaid,
            drawn: Config::new(key(3)),
        };
        Unmounted::new(registry)
            .err()
            .map(|error| error.to_string())
    };
    let too_many = problem(Config::new(key(2)).cached_sessions(2_000_000)).unwrap();
    assert!(
        too_many.contains("session `unsaid`: cached_sessions"),
        "{too_many}"
    );
    assert!(too_many.contains("1,048,576"), "{too_many}");
    assert!(!too_many.contains("  "), "{too_many}");
    let unsigned = Config::<Unsaid>::insecure_unsigned(|_| true);
    let unsigned = problem(unsigned.cached_sessions(8)).unwrap();
    assert!(unsigned.contains("costs nothing to open"), "{unsigned}");
    let no_use = problem(Config::stored(MemoryStore::new()).cached_sessions(9)).unwrap();
    assert!(no_use.contains("`session_runtime::Immutable`"), "{no_use}");
    assert!(!no_use.contains("  "), "{no_use}");
    assert_eq!(
        problem(Config::stored(MemoryStore::new()).cached_sessions(0)),
        None
    );
    assert_eq!(problem(Config::new(key(2)).cached_sessions(1 << 20)), None);
}
