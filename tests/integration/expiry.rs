//! Idle, absolute, rolling: on a clock that is held.

use std::time::{Duration, UNIX_EPOCH};

use axum::{Router, routing::get};
use session_runtime::{Config, Rolling, Session, Settings, Unmounted, testing::HeldClock};
use tests::{AppSessions, Auth, Client, key, registry};

const MINUTE: Duration = Duration::from_secs(60);

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

/// Who is signed in, or why nobody is.
async fn read(session: Session<Auth>) -> String {
    session
        .meta()
        .reason()
        .map_or_else(|| format!("{:?}", session.user_id()), |r| r.to_string())
}

async fn keep(mut session: Session<Auth>) {
    session.regenerate_keep(Auth::USER_ID);
}

async fn renew(mut session: Session<Auth>) {
    session.regenerate().set_user_id(7);
}

async fn times(session: Session<Auth>) -> String {
    let meta = session.meta();
    let expires = meta.expires().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{} {}", meta.age().as_secs(), expires.as_secs())
}

fn client(clock: &HeldClock, auth: Config<Auth>) -> Client {
    let registry = AppSessions { auth, ..registry() };
    let settings = Settings::new().clock(clock);
    Client::new(
        Unmounted::with_settings(registry, settings)
            .unwrap()
            .mount(|_| {
                Router::new()
                    .route("/write", get(write))
                    .route("/read", get(read))
                    .route("/keep", get(keep))
                    .route("/renew", get(renew))
                    .route("/times", get(times))
            }),
    )
}

fn config() -> Config<Auth> {
    Config::new(key(1))
}

#[tokio::test]
async fn o01_an_unused_session_ends_after_its_idle_limit() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config().rolling(Rolling::OFF));
    client.get("/write").await;
    clock.advance(Duration::from_millis(30 * 60_000 - 1));
    assert_eq!(client.get("/read").await.text(), "Some(7)");
    clock.advance(Duration::from_millis(1));
    assert_eq!(client.get("/read").await.text(), "expired");
}

#[tokio::test]
async fn o02_a_used_session_ends_after_its_absolute_limit() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config());
    client.get("/write").await;
    for _ in 0..12 * 4 - 1 {
        clock.advance(15 * MINUTE);
        assert_eq!(client.get("/read").await.text(), "Some(7)");
        client.get("/write").await;
        client.get("/keep").await;
    }
    clock.advance(15 * MINUTE);
    assert_eq!(client.get("/read").await.text(), "expired");
}

#[tokio::test]
async fn regenerate_starts_the_absolute_limit_anew_and_regenerate_keep_does_not() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config());
    client.get("/write").await;
    clock.advance(10 * MINUTE);
    client.get("/keep").await;
    assert!(client.get("/times").await.text().starts_with("600 "));
    client.get("/renew").await;
    assert!(client.get("/times").await.text().starts_with("0 "));
}

#[tokio::test]
async fn o04_reading_renews_the_cookie_a_tenth_of_the_window_at_a_time() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config());
    client.get("/write").await;
    let mut cookies = 0;
    for _ in 0..30 {
        clock.advance(MINUTE);
        cookies += client.get("/read").await.set_cookies().len();
    }
    assert_eq!(cookies, 10);
    assert_eq!(client.get("/read").await.text(), "Some(7)");
}

#[tokio::test]
async fn rolling_can_be_turned_off_or_made_finer() {
    for (rolling, expected) in [
        (Rolling::OFF, 0),
        (Rolling::at_most(3), 2),
        (Rolling::at_most(30), 29),
    ] {
        let clock = HeldClock::new();
        let mut client = client(&clock, config().rolling(rolling));
        client.get("/write").await;
        let mut cookies = 0;
        for _ in 0..29 {
            clock.advance(MINUTE);
            cookies += client.get("/read").await.set_cookies().len();
        }
        assert_eq!(cookies, expected, "{rolling:?}");
    }
}

#[tokio::test]
async fn renewals_go_out_with_pages_and_not_with_what_a_page_fetches() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config());
    client.get("/write").await;
    clock.advance(10 * MINUTE);
    for mode in ["cors", "no-cors", "same-origin", "websocket"] {
        assert_eq!(
            client
                .get_with("/read", "sec-fetch-mode", mode)
                .await
                .set_cookies(),
            [""; 0]
        );
    }
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
async fn a_page_that_only_fetches_stays_signed_in_where_asked_for() {
    for (config, after_an_hour) in [
        (config(), "expired"),
        (config().renew_on_any_request(), "Some(7)"),
    ] {
        let clock = HeldClock::new();
        let mut client = client(&clock, config);
        client.get("/write").await;
        for _ in 0..6 {
            clock.advance(10 * MINUTE);
            client.get_with("/read", "sec-fetch-mode", "cors").await;
        }
        assert_eq!(client.get("/read").await.text(), after_an_hour);
    }
}

#[tokio::test]
async fn d08_a_cookie_from_a_clock_that_is_ahead_counts_within_the_skew() {
    let clock = HeldClock::new();
    let mut client = client(&clock, config());
    clock.advance(61 * Duration::from_secs(1));
    client.get("/write").await;
    clock.set(clock.now() - Duration::from_secs(60));
    assert_eq!(client.get("/read").await.text(), "Some(7)");
    clock.set(clock.now() - Duration::from_secs(1));
    assert_eq!(client.get("/read").await.text(), "from the future");
}

#[tokio::test]
async fn limits_can_be_overridden_and_switched_off_at_start() {
    let clock = HeldClock::new();
    let auth = config().idle(None).absolute(Duration::from_secs(86_400));
    let mut client = client(&clock, auth);
    client.get("/write").await;
    clock.advance(Duration::from_secs(86_399));
    assert_eq!(client.get("/read").await.text(), "Some(7)");
    clock.advance(Duration::from_secs(1));
    assert_eq!(client.get("/read").await.text(), "expired");
}

#[tokio::test]
async fn meta_tells_age_and_end() {
    let clock = HeldClock::new();
    let start = clock.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut client = client(&clock, config());
    client.get("/write").await;
    clock.advance(MINUTE);
    assert_eq!(
        client.get("/times").await.text(),
        format!("60 {}", start + 30 * 60)
    );
}
