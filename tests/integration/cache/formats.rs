//! Cookies of every format, known and asked all the same.

use std::time::Duration;

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Format, Immutable, Keyring, SecureSession, Session, SessionRegistry, Sessions,
    Settings, Unmounted,
    hattip::{EncryptionKeys, SigningKeys},
    store::MemoryStore,
    testing::HeldClock,
};
use tests::{Client, key};

use super::counted;

counted!(Count, COUNT);

impl Immutable for Count {}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "visit")]
struct Visit {
    #[session(principal)]
    user: Option<u64>,
    clicks: Option<Count>,
    /// At the end, where a format puts it in the clear.
    likes_the_dark: bool,
}

#[derive(SessionRegistry)]
struct Registry {
    visit: Config<Visit>,
}

async fn sign_in(mut session: Session<Visit>) {
    session.set_user(7).set_clicks(Count(0));
}

async fn sign_out(mut session: Session<Visit>) {
    session.delete();
}

async fn read(session: Session<Visit>) -> String {
    format!("{:?}", session.user())
}

struct Site {
    clock: HeldClock,
    sessions: Sessions<Registry>,
    client: Client,
}

fn site(visit: Config<Visit>) -> Site {
    let clock = HeldClock::new();
    let settings = Settings::new().clock(&clock);
    let app = Unmounted::with_settings(Registry { visit }, settings).unwrap();
    let (sessions, layer) = app.into_parts();
    let router = Router::new()
        .route("/sign-in", get(sign_in))
        .route("/sign-out", get(sign_out))
        .route("/read", get(read))
        .layer(layer);
    Site {
        clock,
        sessions,
        client: Client::new(router),
    }
}

fn fastify() -> Config<Visit> {
    Config::new(key(1)).format(Format::Fastify)
}

/// Each with half an hour, and none that rolls.
fn every_format() -> [Config<Visit>; 5] {
    [
        Config::new(key(1)),
        fastify(),
        fastify().signed(),
        Config::new(SigningKeys::generate().unwrap()),
        Config::new(EncryptionKeys::generate().unwrap()),
    ]
    .map(|config| config.idle(Duration::from_secs(1800)))
}

impl Site {
    async fn warm(config: Config<Visit>) -> Self {
        let mut site = site(config);
        site.client.get("/sign-in").await;
        for _ in 0..3 {
            assert_eq!(site.client.get("/read").await.text(), "Some(7)");
        }
        site
    }
}

#[tokio::test]
async fn a_cookie_of_any_format_is_decoded_no_third_time() {
    for config in every_format() {
        let mut site = site(config);
        site.client.get("/sign-in").await;
        let _before = Count::times_read();
        for times in [1, 1, 0, 0] {
            assert_eq!(site.client.get("/read").await.text(), "Some(7)");
            assert_eq!(Count::times_read(), times);
        }
    }
}

#[tokio::test]
async fn o01_a_known_cookie_of_any_format_expires() {
    for config in every_format() {
        let mut site = Site::warm(config).await;
        site.clock.advance(Duration::from_secs(1799));
        assert_eq!(site.client.clone().get("/read").await.text(), "Some(7)");
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(site.client.get("/read").await.text(), "None");
    }
}

#[tokio::test]
async fn o06_a_known_cookie_of_any_format_ends_with_its_session() {
    for config in every_format() {
        let mut site = Site::warm(config.revocations(MemoryStore::new())).await;
        let mut copy = site.client.clone();
        site.client.get("/sign-out").await;
        for _ in 0..3 {
            assert_eq!(copy.get("/read").await.text(), "None");
        }
    }
}

/// It has nothing of what the list goes by, and is known by what was sealed.
#[tokio::test]
async fn o06_a_known_cookie_that_node_alone_has_written_ends_too() {
    let written = Site::warm(fastify()).await.client;
    let other = Site::warm(fastify()).await.client;
    let mut site = site(fastify().revocations(MemoryStore::new()));
    site.client = written.at(site.client.into_router());
    for _ in 0..3 {
        assert_eq!(site.client.clone().get("/read").await.text(), "Some(7)");
    }
    let mut copy = site.client.clone();
    site.client.get("/sign-out").await;
    assert_eq!(copy.get("/read").await.text(), "None");
    let mut other = other.at(site.client.into_router());
    assert_eq!(other.get("/read").await.text(), "Some(7)");
}

#[tokio::test]
async fn o11_a_known_cookie_under_an_older_key_is_sealed_again_each_time() {
    for config in [Config::new(key(1)), fastify()] {
        let site = Site::warm(config).await;
        let both = Keyring::new(key(2)).also_open(key(1));
        site.sessions.swap_keyring::<Visit>(both).unwrap();
        for _ in 0..4 {
            let answer = site.client.clone().get("/read").await;
            assert_eq!(
                (answer.text().as_str(), answer.set_cookies().len()),
                ("Some(7)", 1)
            );
        }
    }
}

/// The end of a signed cookie is in the clear, and alike in many.
#[tokio::test]
async fn cookies_that_end_alike_are_known_beside_each_other() {
    let site = site(Config::new(SigningKeys::generate().unwrap()));
    let sessions = &site.sessions;
    let visit = |user| Visit {
        user: Some(user),
        clicks: Some(Count(0)),
        likes_the_dark: true,
    };
    let values: Vec<_> = (0..100)
        .map(|user| sessions.encode(&sessions.create(visit(user))).unwrap())
        .collect();
    let ends: Vec<_> = values.iter().map(|it| &it[it.len() - 16..]).collect();
    assert!(ends.iter().all(|end| *end == ends[0]));
    for _ in 0..3 {
        let _before = Count::times_read();
        for (value, user) in values.iter().zip(0..) {
            let session = sessions.decode::<Visit>(value).unwrap();
            assert_eq!(session.user(), Some(user));
        }
    }
    assert_eq!(Count::times_read(), 0);
}
