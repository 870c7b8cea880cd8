//! `create`, `encode`, `decode`: sessions without a request.

use std::time::Duration;

use session_runtime::{
    Config, Reason, SealError, Settings, Unmounted,
    testing::{HeldClock, ScriptedRandom},
};
use tests::{AppSessions, Auth, Prefs, key, registry};

#[test]
fn what_is_encoded_is_decoded() {
    let sessions = Unmounted::new(registry()).unwrap().codec();
    let full = Auth {
        user_id: Some(7),
        email: Some("日本\"\\\u{0}".into()),
        roles: vec!["a".into()],
    };
    let value = sessions.encode(&sessions.create(full.clone())).unwrap();
    let session = sessions.decode::<Auth>(&value).unwrap();
    assert_eq!(session.data(), &full);
    assert!(!session.meta().is_new());
}

#[test]
fn d09_two_encodings_of_one_session_differ() {
    let sessions = Unmounted::new(registry()).unwrap().codec();
    let session = sessions.create(Auth::user(7));
    assert_ne!(
        sessions.encode(&session).unwrap(),
        sessions.encode(&session).unwrap()
    );
}

#[tokio::test]
async fn d09_without_randomness_no_cookie_is_sent() {
    use axum::{Router, routing::get};
    let random = ScriptedRandom::failing();
    let unmounted = Unmounted::with_settings(registry(), Settings::new().random(&random)).unwrap();
    let sessions = unmounted.codec();
    assert_eq!(
        sessions.encode(&sessions.create(Auth::user(7))),
        Err(SealError::NoRandomness)
    );
    let write = |mut session: session_runtime::Session<Auth>| async move {
        session.set_user_id(1);
    };
    let app = unmounted.mount(|_| Router::new().route("/", get(write)));
    let answer = tests::Client::new(app).get("/").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (500, 0)
    );
}

#[test]
fn d05_a_value_opens_for_its_own_session_and_application_only() {
    let unmounted = Unmounted::new(registry()).unwrap();
    let sessions = unmounted.codec();
    let value = sessions.encode(&sessions.create(Auth::user(7))).unwrap();
    assert_eq!(
        sessions.decode::<Prefs>(&value).unwrap_err().reason(),
        Reason::UnknownKey
    );
    for settings in [
        Settings::new().application("other"),
        Settings::new().application(""),
    ] {
        let other = Unmounted::with_settings(registry(), settings.clone())
            .unwrap()
            .codec();
        let opens = other.decode::<Auth>(&value).is_ok();
        assert_eq!(opens, format!("{settings:?}").contains("application: \"\""));
    }
    let renamed = AppSessions {
        auth: Config::new(key(1)).cookie_name("__Host-a2"),
        ..registry()
    };
    let renamed = Unmounted::new(renamed).unwrap().codec();
    assert_eq!(
        renamed.decode::<Auth>(&value).unwrap_err().reason(),
        Reason::UnknownKey
    );
}

#[test]
fn an_encoded_session_ends_like_any_other() {
    let clock = HeldClock::new();
    let sessions = Unmounted::with_settings(registry(), Settings::new().clock(&clock))
        .unwrap()
        .codec();
    let value = sessions.encode(&sessions.create(Auth::user(7))).unwrap();
    clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(
        sessions.decode::<Auth>(&value).unwrap_err().reason(),
        Reason::Expired
    );
}

#[test]
fn oversized_sessions_are_an_error_with_their_size() {
    let sessions = Unmounted::new(registry()).unwrap().codec();
    let session = sessions.create(Auth {
        email: Some("x".repeat(4000)),
        ..Auth::default()
    });
    let Err(SealError::Oversized(oversized)) = sessions.encode(&session) else {
        panic!("sent")
    };
    assert!(oversized.size() > 5000);
    assert_eq!(oversized.largest_fields().next(), Some(("email", 4002)));
}
