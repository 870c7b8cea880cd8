//! What cannot work is refused at start, with the remedy.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, SecureSession, SessionRegistry, Settings, Unmounted,
    cookie_jar::JarCookie,
    fastify_session::{FastifySession, Secrets},
    store::{KeyValueAdapter, MemoryStore},
    testing::HeldClock,
};
use tests::key;

use super::{AppSessions, Auth, DAY, OURS, jar_key, old, until};

/// A session of which only the cookie's place differs.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "plain", path = "/app")]
struct Plain {
    user: Option<String>,
}

#[derive(SessionRegistry)]
struct OnlyPlain {
    plain: Config<Plain>,
}

/// A cookie for Node.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "node", format = "fastify")]
struct Node {
    user: Option<String>,
}

#[derive(SessionRegistry)]
struct OnlyNode {
    node: Config<Node>,
}

fn problems(registry: impl SessionRegistry, clock: &HeldClock) -> Vec<String> {
    match Unmounted::with_settings(registry, Settings::new().clock(clock)) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().map(str::to_owned).collect(),
    }
}

fn of(old: JarCookie<Auth>, clock: &HeldClock) -> Vec<String> {
    let auth = Config::new(key(1)).also_open_jar(old);
    problems(AppSessions { auth }, clock)
}

/// Whether there is one problem, with all of these words.
fn says(problems: &[String], words: &[&str]) {
    assert_eq!(problems.len(), 1, "{problems:?}");
    for word in words {
        assert!(problems.iter().all(|it| it.contains(word)), "{problems:?}");
    }
}

#[test]
fn an_end_that_no_cookie_lives_to_see_is_refused() {
    let clock = HeldClock::new();
    let ends = |at| of(JarCookie::private("user", jar_key(), at), &clock);
    assert_eq!(ends(clock.now() + 400 * DAY), [""; 0]);
    says(
        &ends(clock.now() + 400 * DAY + Duration::from_millis(1)),
        &[
            "session `auth`: also_open_jar: ",
            "400 days",
            "give the day",
        ],
    );
    // An end that has passed must not stop a server that starts again.
    assert_eq!(ends(clock.now() - DAY), [""; 0]);
    assert_eq!(ends(UNIX_EPOCH - DAY), [""; 0]);
}

#[test]
fn a_name_or_attributes_that_no_cookie_has_are_refused() {
    let clock = HeldClock::new();
    let named = |name: &'static str| of(JarCookie::private(name, jar_key(), until(&clock)), &clock);
    says(&named("a b"), &["also_open_jar: must be letters"]);
    says(
        &named("__host-a"),
        &["also_open_jar: spell the prefix `__Host-`"],
    );
    let options = CookieOptions::new().path("app");
    says(
        &of(old(&clock).attributes(options), &clock),
        &["also_open_jar: attributes: path: must start with `/`"],
    );
}

#[test]
fn our_own_name_needs_our_own_path_and_domain() {
    let clock = HeldClock::new();
    let named = || JarCookie::private(OURS, jar_key(), until(&clock));
    assert_eq!(of(named(), &clock), [""; 0]);
    let old = JarCookie::private("plain", jar_key(), until(&clock));
    let plain = Config::new(key(1)).also_open_jar(old);
    says(
        &problems(OnlyPlain { plain }, &clock),
        &["another path or domain", "another `cookie_name`"],
    );
}

#[test]
fn sessions_that_node_reads_are_refused() {
    let clock = HeldClock::new();
    let words = ["also_open_jar", "sealed cookie or in a store"];
    let old = JarCookie::private("user", jar_key(), until(&clock));
    let node = Config::new(key(1)).also_open_jar(old);
    says(&problems(OnlyNode { node }, &clock), &words);
    let secrets = Secrets::new("cNaoPYAwF60HZJzkcNaoPYAwF60HZJzk").unwrap();
    let records = FastifySession::new(KeyValueAdapter::new(MemoryStore::new()), secrets);
    let old = JarCookie::private("user", jar_key(), until(&clock));
    let plain = Config::shared_with_node(records)
        .path("/")
        .also_open_jar(old);
    says(&problems(OnlyPlain { plain }, &clock), &words);
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "user")]
struct User {
    theme: String,
}

#[derive(SessionRegistry)]
struct Two {
    auth: Config<Auth>,
    user: Config<User>,
}

#[test]
fn two_sessions_must_not_remove_each_others_cookies() {
    let clock = HeldClock::new();
    let registry = Two {
        auth: Config::new(key(1)).also_open_jar(old(&clock)),
        user: Config::new(key(1)),
    };
    says(
        &problems(registry, &clock),
        &[
            "sessions `auth` and `user`: also_open_jar",
            "is the cookie of the other",
        ],
    );
    let both = |keep: fn(JarCookie<Auth>) -> JarCookie<Auth>, keep_user: bool| {
        let shared = || JarCookie::private("jar", jar_key(), until(&clock));
        let user = JarCookie::private("jar", jar_key(), until(&clock));
        let user = if keep_user { user.keep() } else { user };
        let registry = Two {
            auth: Config::new(key(1)).also_open_jar(keep(shared())),
            user: Config::new(key(1)).also_open_jar(user),
        };
        problems(registry, &clock)
    };
    says(&both(|old| old, true), &["`JarCookie::keep` in both"]);
    assert_eq!(both(JarCookie::keep, true), [""; 0]);
}
