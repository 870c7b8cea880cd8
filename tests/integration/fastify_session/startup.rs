//! What cannot work is refused at start, and the error names it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, ConfigError, Proxy, Rolling, SecureSession, SessionRegistry, Unmounted,
    fastify_session::{FastifySession, Secrets},
    store::{KeyValueAdapter, MemoryStore, SessionLimit},
};

use super::{MINUTE, OTHER, SECRET, Visitor, Visitors, secrets, shared};

fn session() -> FastifySession {
    FastifySession::new(KeyValueAdapter::new(MemoryStore::new()), secrets())
}

fn problem_of(registry: impl SessionRegistry) -> Option<String> {
    Unmounted::new(registry)
        .err()
        .map(|error| error.to_string())
}

fn problem(config: impl FnOnce(Config<Visitor>) -> Config<Visitor>) -> Option<String> {
    problem_of(Visitors {
        visitor: config(shared(session())),
    })
}

#[track_caller]
fn assert_names(problem: Option<String>, place: &str, remedy: &str) {
    let problem = problem.unwrap_or_default();
    assert!(problem.starts_with(&format!("{place}: ")), "{problem}");
    assert!(problem.contains(remedy), "{problem}");
    assert!(!problem.contains(';'), "more than one: {problem}");
}

#[track_caller]
fn assert_secret(result: Result<Secrets, ConfigError>, place: &str, remedy: &str) {
    let problem = result.err().map(|error| error.to_string());
    assert_names(problem, place, remedy);
}

#[test]
fn rows_98_and_100_no_secret_or_one_that_is_too_short_is_refused() {
    assert_secret(Secrets::new(""), "secret", "fewer than 32 characters");
    assert_secret(Secrets::new(&SECRET[1..]), "secret", "session keygen");
    // In the units of JavaScript, in which this character counts as two.
    let clef = "\u{1d11e}";
    assert!(Secrets::new(clef.repeat(16)).is_ok());
    assert_secret(
        Secrets::new(format!("{}x", clef.repeat(15))),
        "secret",
        "fewer than 32",
    );
    assert_secret(Secrets::new("\u{e9}".repeat(31)), "secret", "fewer than 32");
}

#[test]
fn rows_99_and_102_one_of_32_characters_is_taken_and_several() {
    assert!(Secrets::new(SECRET).is_ok());
    assert!(Secrets::rotated([SECRET, OTHER]).is_ok());
    assert_eq!(problem(|config| config), None);
}

#[test]
fn row_101_a_short_one_in_a_list_is_taken() {
    assert!(Secrets::rotated(["geheim"]).is_ok());
}

#[test]
fn row_103_an_empty_list_is_refused_and_here_an_empty_secret_in_it() {
    assert_secret(Secrets::rotated([""; 0]), "secrets", "at least one");
    assert_secret(
        Secrets::rotated([SECRET, ""]),
        "secrets",
        "anybody could sign",
    );
}

#[test]
fn a_function_that_makes_weak_ids_is_refused() {
    let place = "session `visitor`: id_generator";
    let found = problem(|it| it.id_generator(|new| new.random()[..21].to_owned()));
    assert_names(found, place, "fewer than 22 characters");
    let found = problem(|it| it.id_generator(|_| String::new()));
    assert_names(found, place, "fewer than 22 characters");
    let found = problem(|it| it.id_generator(|_| "one-for-all-of-the-visitors".to_owned()));
    assert_names(found, place, "one id twice");
    assert_eq!(
        problem(|it| it.id_generator(|new| new.random()[..22].to_owned())),
        None
    );
}

#[test]
fn and_one_for_a_session_of_another_kind() {
    let sealed = Config::<Visitor>::new(tests::key(1)).id_generator(|new| new.random().to_owned());
    let found = problem_of(Visitors { visitor: sealed });
    assert_names(
        found,
        "session `visitor`: id_generator",
        "`Config::shared_with_node`",
    );
    let stored = Config::<Visitor>::stored(MemoryStore::new());
    let stored = stored.id_generator(|new| new.random().to_owned());
    let found = problem_of(Visitors { visitor: stored });
    assert_names(
        found,
        "session `visitor`: id_generator",
        "`Config::shared_with_node`",
    );
}

#[test]
fn what_node_knows_nothing_of_is_refused() {
    let place = |setting| format!("session `visitor`: {setting}");
    let found = problem(|it| it.absolute(MINUTE));
    assert_names(found, &place("absolute"), "use `idle`");
    let found = problem(|it| it.grace(MINUTE));
    assert_names(found, &place("grace"), "leave it out");
    let found = problem(|it| it.renew_id(MINUTE));
    assert_names(found, &place("renew_id"), "leave it out");
    let found = problem(|it| it.limit(SessionLimit::new(3)));
    assert_names(found, &place("limit"), "leave it out");
    let found = problem(|it| it.revocations(MemoryStore::new()));
    assert_names(found, &place("revocations"), "ends with its record");
    let found = problem(|it| it.revocation_lag(MINUTE));
    assert_names(found, &place("revocation_lag"), "ends with its record");
    let found = problem(Config::open_without_revocations);
    assert_names(
        found,
        &place("open_without_revocations"),
        "ends with its record",
    );
    let found = problem(Config::as_node);
    assert_names(found, &place("as_node"), "fastify format");
}

#[test]
fn limits_that_contradict_each_other_or_end_at_once_are_refused() {
    let found = problem(|it| it.idle(MINUTE).max_age(2 * MINUTE));
    assert_names(
        found,
        "session `visitor`: idle, max_age",
        "give one of them",
    );
    assert_eq!(problem(|it| it.idle(MINUTE).max_age(MINUTE)), None);
    assert_eq!(problem(|it| it.idle(None).rolling(Rolling::OFF)), None);
    let found = problem(|it| it.idle(Duration::ZERO));
    assert_names(found, "session `visitor`: idle, max_age", "a limit of 0");
    let found = problem(|it| it.max_age(Duration::from_millis(999)));
    assert_names(found, "session `visitor`: idle, max_age", "a limit of 0");
    let found = problem(|it| it.idle(None).max_age(MINUTE));
    assert_names(found, "session `visitor`: idle, max_age", "without a limit");
    let found = problem(|it| it.store_deadline(Duration::ZERO));
    assert_names(found, "session `visitor`: store_deadline", "no time");
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "__Host-sid")]
struct Prefixed {
    n: u32,
}

#[derive(SessionRegistry)]
struct OnlyPrefixed {
    prefixed: Config<Prefixed>,
}

#[test]
fn a_name_for_https_alone_does_not_go_with_a_cookie_that_is_secure_as_the_request_is() {
    let auto = || session().secure_auto(Proxy::x_forwarded_proto());
    let prefixed = Config::shared_with_node(auto());
    let found = problem_of(OnlyPrefixed { prefixed });
    assert_names(found, "session `prefixed`: secure_auto", "a name without");
    assert_eq!(
        problem_of(Visitors {
            visitor: shared(auto())
        }),
        None
    );
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "clash")]
struct Clash {
    #[serde(rename = "cookie")]
    biscuit: u32,
}

#[derive(SessionRegistry)]
struct OnlyClash {
    clash: Config<Clash>,
}

/// Whose default does not show it.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "hidden")]
struct Hidden {
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie: Option<u32>,
}

#[derive(SessionRegistry)]
struct OnlyHidden {
    hidden: Config<Hidden>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "renamed")]
struct Renamed {
    #[serde(rename = "biscuit")]
    cookie: u32,
}

#[derive(SessionRegistry)]
struct OnlyRenamed {
    renamed: Config<Renamed>,
}

#[test]
fn a_field_that_the_record_calls_cookie_is_refused_and_not_one_that_is_called_so_here() {
    let clash = Config::shared_with_node(session());
    let found = problem_of(OnlyClash { clash });
    assert_names(found, "session `clash`: fields", "#[serde(rename");
    let hidden = Config::shared_with_node(session());
    let found = problem_of(OnlyHidden { hidden });
    assert_names(found, "session `hidden`: fields", "#[serde(rename");
    let renamed = Config::shared_with_node(session());
    assert_eq!(problem_of(OnlyRenamed { renamed }), None);
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "later", version = 2)]
struct Later {
    n: u32,
}

#[derive(SessionRegistry)]
struct OnlyLater {
    later: Config<Later>,
}

#[test]
fn a_version_is_refused() {
    let later = Config::shared_with_node(session());
    let found = problem_of(OnlyLater { later });
    assert_names(found, "session `later`: version", "carry no version");
}
