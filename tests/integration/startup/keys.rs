//! Keys that are none, are there twice, or belong to another session.

use axum::{Router, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use session_runtime::{Config, Key, Keyring, Reason, Session, Unmounted};
use tests::{AppSessions, Auth, Client, key, registry};

use super::{Both, Node, OnlyNode, Other, assert_one, cookie, problems};

fn weak() -> Key {
    Key::from_bytes([7; 32])
}

#[test]
fn d33_one_bad_key_among_good_ones_is_found_wherever_it_stands() {
    for (keyring, place) in [
        (Keyring::new(weak()), "keyring, the current key"),
        (
            Keyring::new(key(1)).also_open(weak()),
            "keyring, `also_open` key 1",
        ),
        (
            Keyring::new(key(1)).also_open(key(2)).also_open(weak()),
            "keyring, `also_open` key 2",
        ),
    ] {
        let auth = Config::new(keyring.clone());
        let found = problems(AppSessions { auth, ..registry() });
        assert_one(
            &found,
            &format!("session `auth`: {place}"),
            "take a key from `Key::generate`",
        );
        // No policy makes it a key.
        let found = problems(OnlyNode {
            node: Config::new(keyring).as_node(),
        });
        assert_one(
            &found,
            &format!("session `node`: {place}"),
            "take a key from `Key::generate`",
        );
    }
}

#[test]
fn d33_the_same_key_twice_is_a_rotation_that_did_not_happen() {
    let auth = Config::new(Keyring::new(key(1)).also_open(key(2)).also_open(key(1)));
    let found = problems(AppSessions { auth, ..registry() });
    assert_one(
        &found,
        "session `auth`: keyring, `also_open` key 2",
        "leave one of them out",
    );
}

#[test]
fn d05_two_fastify_sessions_need_two_keys() {
    let shared = || Keyring::new(key(9)).also_open(key(1));
    for (one, other) in [
        (Keyring::new(key(1)), Keyring::new(key(1))),
        (Keyring::new(key(1)), shared()),
        (shared(), Keyring::new(key(5)).also_open(key(9))),
    ] {
        let both = || Both {
            node: Config::new(one.clone()),
            other: Config::new(other.clone()),
        };
        let found = problems(both());
        assert_one(
            &found,
            "sessions `node` and `other`: key",
            "give each its own key",
        );
        assert_one(
            &found,
            "sessions `node` and `other`: key",
            "`insecure_shared_key()`",
        );
        let node = Config::new(one.clone()).insecure_shared_key();
        assert_eq!(problems(Both { node, ..both() }), [""; 0]);
        let other = Config::new(other.clone()).as_node();
        assert_eq!(problems(Both { other, ..both() }), [""; 0]);
    }
    let (node, other) = (Config::new(key(1)), Config::new(key(2)));
    assert_eq!(problems(Both { node, other }), [""; 0]);
}

/// What the switch is for, and why it is called insecure.
#[test]
fn d05_with_a_shared_key_a_value_opens_as_either_session() {
    let (node, other) = (
        Config::new(key(1)).insecure_shared_key(),
        Config::new(key(1)),
    );
    let sessions = Unmounted::new(Both { node, other }).unwrap().codec();
    let value = sessions.create(Node {
        user: Some("ada".to_owned()),
    });
    let value = sessions.encode(&value).unwrap();
    assert_eq!(
        sessions.decode::<Other>(&value).unwrap().user(),
        Some("ada")
    );

    let (node, other) = (Config::new(key(1)), Config::new(key(2)));
    let sessions = Unmounted::new(Both { node, other }).unwrap().codec();
    let value = sessions.encode(&sessions.create(Node::default())).unwrap();
    assert_eq!(
        sessions.decode::<Other>(&value).unwrap_err().reason(),
        Reason::Tampered
    );
}

#[test]
fn signatures_need_a_secret() {
    let found = problems(OnlyNode {
        node: Config::new(key(1)).signed_with(""),
    });
    assert_one(&found, "session `node`: signing secrets", "one is empty");
    let node = Config::new(key(1)).signed_with("first").signed_with("");
    assert_one(
        &problems(OnlyNode { node }),
        "session `node`: signing secrets",
        "one is empty",
    );
}

async fn who(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

#[tokio::test]
async fn d33_a_keyring_that_cannot_work_leaves_the_old_one_in_place() {
    let unmounted = Unmounted::new(registry()).unwrap();
    let sessions = unmounted.codec();
    let mut client = Client::new(unmounted.mount(|_| Router::new().route("/", get(who))));
    let value = sessions.encode(&sessions.create(Auth::user(7))).unwrap();
    let header = cookie(&format!("__Host-auth={value}"));
    for bad in [
        Keyring::new(weak()),
        Keyring::new(key(2)).also_open(weak()),
        Keyring::new(key(2)).also_open(key(2)),
    ] {
        let error = sessions.swap_keyring::<Auth>(bad).unwrap_err();
        assert!(error.to_string().starts_with("keyring, "), "{error}");
        let answer = client.request(Method::GET, "/", header.clone()).await;
        assert_eq!(answer.text(), "Some(7)");
        let again = sessions.encode(&sessions.create(Auth::user(8))).unwrap();
        assert_eq!(sessions.decode::<Auth>(&again).unwrap().user_id(), Some(8));
    }
}

#[test]
fn d05_a_keyring_of_another_session_is_refused_when_it_is_swapped_in() {
    let both = || Both {
        node: Config::new(key(1)),
        other: Config::new(key(2)),
    };
    let sessions = Unmounted::new(both()).unwrap().codec();
    let value = sessions.encode(&sessions.create(Node::default())).unwrap();
    for shared in [Keyring::new(key(2)), Keyring::new(key(3)).also_open(key(2))] {
        let error = sessions
            .swap_keyring::<Node>(shared)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("sessions ") && error.contains("`other`"),
            "{error}"
        );
        assert!(error.contains("give each its own key"), "{error}");
        assert!(sessions.decode::<Node>(&value).is_ok());
        assert!(sessions.decode::<Other>(&value).is_err());
    }
    sessions
        .swap_keyring::<Node>(Keyring::new(key(3)).also_open(key(1)))
        .unwrap();
    assert!(sessions.decode::<Node>(&value).is_ok());
    // The key it gave up may go to another.
    sessions.swap_keyring::<Node>(key(3)).unwrap();
    sessions.swap_keyring::<Other>(key(1)).unwrap();
    assert!(sessions.decode::<Node>(&value).is_err());
}

#[test]
fn a_variable_that_is_missing_or_holds_no_key_is_named() {
    let error = Config::<Auth>::from_env("NO_SESSION_KEY_HERE")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "environment variable `NO_SESSION_KEY_HERE`: is not set; `openssl rand -hex 32` makes a key"
    );
    let path = std::env::var("PATH").unwrap();
    let error = Config::<Auth>::from_env("PATH").unwrap_err().to_string();
    assert!(
        error.starts_with("environment variable `PATH`: "),
        "{error}"
    );
    assert!(!error.contains(&path), "{error}");
}

/// Runs itself once more for each spelling, because a process cannot safely change its own
/// environment.
#[test]
fn a_key_is_taken_from_the_environment() {
    const VARIABLE: &str = "SESSION_KEY_OF_A_TEST";
    if std::env::var_os(VARIABLE).is_some() {
        let auth = Config::from_env(VARIABLE).unwrap();
        let given = Unmounted::new(AppSessions { auth, ..registry() })
            .unwrap()
            .codec();
        let same = Unmounted::new(registry()).unwrap().codec();
        let value = given.encode(&given.create(Auth::user(7))).unwrap();
        assert_eq!(same.decode::<Auth>(&value).unwrap().user_id(), Some(7));
        return;
    }
    let key = key(1);
    let hex = base16ct::lower::encode_string(key.expose_bytes());
    let base64 = STANDARD.encode(key.expose_bytes());
    for text in [
        hex.to_uppercase(),
        format!("{hex}\n"),
        base64.replace('=', ""),
        base64,
    ] {
        let thread = std::thread::current();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child
            .env(VARIABLE, &text)
            .args(["--exact", thread.name().unwrap()]);
        let output = child.output().unwrap();
        assert!(
            output.status.success(),
            "{text:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    }
}
