//! Wrong configuration: an error at start that names the session, the setting and the remedy.

mod cookies;
mod keys;

use std::time::Duration;

use http::{HeaderMap, header::COOKIE};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Deviation, Format, SecureSession, SessionRegistry, Unmounted};
use tests::{AppSessions, Auth, key, registry};

/// A cookie for Node, whose name promises nothing.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "node", cookie_name = "node", format = "fastify")]
struct Node {
    user: Option<String>,
}

/// Another.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "other", cookie_name = "other", format = "fastify")]
struct Other {
    user: Option<String>,
}

/// Fields of the second version.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "later", version = 2)]
struct Later {
    user: Option<String>,
}

#[derive(SessionRegistry)]
struct OnlyNode {
    node: Config<Node>,
}

#[derive(SessionRegistry)]
struct OnlyLater {
    later: Config<Later>,
}

#[derive(SessionRegistry)]
struct Both {
    node: Config<Node>,
    other: Config<Other>,
}

/// What is wrong with a registry.
fn problems(registry: impl SessionRegistry) -> Vec<String> {
    match Unmounted::new(registry) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().map(str::to_owned).collect(),
    }
}

fn auth(config: impl FnOnce(Config<Auth>) -> Config<Auth>) -> Vec<String> {
    problems(AppSessions {
        auth: config(Config::new(key(1))),
        ..registry()
    })
}

fn node(config: impl FnOnce(Config<Node>) -> Config<Node>) -> Vec<String> {
    problems(OnlyNode {
        node: config(Config::new(key(1))),
    })
}

/// That there is one problem, and that it names place and remedy.
#[track_caller]
fn assert_one(problems: &[String], place: &str, remedy: &str) {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = problems.first().unwrap();
    assert!(problem.starts_with(&format!("{place}: ")), "{problem}");
    assert!(problem.contains(remedy), "{problem}");
}

#[test]
fn what_is_right_starts() {
    assert_eq!(problems(registry()), [""; 0]);
    assert_eq!(node(|config| config), [""; 0]);
    assert_eq!(
        problems(OnlyLater {
            later: Config::new(key(1))
        }),
        [""; 0]
    );
}

#[test]
fn limits_that_end_every_session_or_none_are_refused() {
    let found = auth(|config| config.idle(Duration::ZERO));
    assert_one(&found, "session `auth`: idle, absolute", "a limit of 0");
    let found = auth(|config| config.idle(None).absolute(Duration::ZERO));
    assert_one(&found, "session `auth`: idle, absolute", "a limit of 0");
    let found = auth(|config| config.idle(None).absolute(None));
    assert_one(&found, "session `auth`: idle, absolute", "set either");
    let found = auth(|config| config.idle(Duration::from_secs(12 * 3600 + 1)));
    assert_one(&found, "session `auth`: idle", "set `absolute` too");
    assert_eq!(
        auth(|config| config.idle(Duration::from_secs(12 * 3600))),
        [""; 0]
    );
    let found = node(|config| config.idle(Duration::ZERO));
    assert_one(&found, "session `node`: idle, absolute", "a limit of 0");
    assert_eq!(
        node(|config| config.idle(Duration::ZERO).as_node()),
        [""; 0]
    );
}

#[test]
fn what_a_format_cannot_do_is_not_asked_of_it() {
    let found = node(|config| config.absolute(Duration::from_secs(200_000)));
    assert_one(&found, "session `node`: absolute", "use `idle`");
    assert_one(
        &auth(Config::as_node),
        "session `auth`: as_node",
        "for the fastify format",
    );
    let found = auth(|config| config.as_node_in(Deviation::FutureTimestamp));
    assert_one(&found, "session `auth`: as_node", "for the fastify format");
    assert_one(
        &auth(Config::signed),
        "session `auth`: signed",
        "sealed is enough",
    );
    let found = auth(|config| config.signed_with("secret"));
    assert_one(&found, "session `auth`: signed", "for the fastify format");
    let later = Config::new(key(1))
        .format(Format::Fastify)
        .idle(None)
        .absolute(None);
    let found = problems(OnlyLater {
        later: later.idle(Duration::from_secs(60)),
    });
    assert_one(&found, "session `later`: version", "carries no version");
}

#[test]
fn every_problem_is_reported_at_once() {
    let auth = Config::new(key(1))
        .cookie_name("auth")
        .domain("a;b")
        .max_age(Duration::MAX)
        .idle(Duration::ZERO)
        .signed();
    let prefs = Config::new(key(1))
        .path("/app")
        .absolute(Duration::ZERO)
        .as_node();
    let found = problems(AppSessions { auth, prefs });
    for place in [
        "session `auth`: cookie_name: ",
        "session `auth`: domain: ",
        "session `auth`: max_age: ",
        "session `auth`: idle, absolute: ",
        "session `auth`: signed: ",
        "session `prefs`: path: ",
        "session `prefs`: idle, absolute: ",
        "session `prefs`: as_node: ",
    ] {
        assert!(
            found.iter().any(|problem| problem.starts_with(place)),
            "{place}\n{found:#?}"
        );
    }
}

#[test]
fn the_error_is_readable_however_it_is_printed() {
    let registry = AppSessions {
        auth: Config::new(key(1)).path("/a").as_node(),
        ..registry()
    };
    let error = Unmounted::new(registry).unwrap_err();
    let all: Vec<_> = error.problems().collect();
    assert_eq!(error.to_string(), all.join("; "));
    // What a `main` that returns it prints.
    assert_eq!(format!("{error:?}"), format!("\n  {}", all.join("\n  ")));
}

/// A header with one cookie.
fn cookie(pair: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
}
