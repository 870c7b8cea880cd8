//! Settings and names that do not go with records of Node: refused at start, by name.

use std::time::Duration;

use super::{MINUTE, Shelf, Visitor, Visitors, attributes, secrets, shared, site_of};
use serde::{Deserialize, Serialize};
use serde_json::json;
use session_runtime::{
    Config, Format, Priority, Proxy, Rolling, SecureSession, SessionRegistry, Unmounted,
    fastify_session::FastifySession, store::StoreErrorKind,
};

fn session() -> FastifySession {
    FastifySession::new(Shelf::default(), secrets())
}

fn problem_of(registry: impl SessionRegistry) -> String {
    let error = Unmounted::new(registry).err();
    error.map(|error| error.to_string()).unwrap_or_default()
}

#[track_caller]
fn assert_refused(problem: &str, place: &str, remedy: &str) {
    assert!(problem.starts_with(&format!("{place}: ")), "{problem}");
    assert!(problem.contains(remedy), "{problem}");
    assert!(!problem.contains(';'), "more than one: {problem}");
}

#[test]
fn settings_that_mean_nothing_or_contradict_each_other() {
    let problem = |visitor| problem_of(Visitors { visitor });
    let auto = || session().secure_auto(Proxy::x_forwarded_proto());
    assert_eq!(problem(shared(auto())), "");
    for (config, setting, remedy) in [
        (
            shared(session().ttl(Duration::ZERO)),
            "ttl",
            "a second at least",
        ),
        (
            shared(session()).priority(Priority::High),
            "priority",
            "leave it out",
        ),
        (
            shared(session()).format(Format::Sealed),
            "format",
            "leave it out",
        ),
        (
            shared(session()).format(Format::Fastify),
            "format",
            "leave it out",
        ),
        (
            shared(auto()).secure(false),
            "secure",
            "contradicts `secure_auto`",
        ),
        (
            shared(session()).rolling(Rolling::at_most(5)),
            "rolling",
            "give `idle`",
        ),
    ] {
        let place = format!("session `visitor`: {setting}");
        assert_refused(&problem(config), &place, remedy);
    }
    for config in [
        shared(session()).rolling(Rolling::at_most(5)).idle(MINUTE),
        shared(session())
            .rolling(Rolling::at_most(5))
            .max_age(MINUTE),
        shared(session().ttl(Duration::from_millis(1))),
        shared(auto()).secure(false).insecure_over_http(),
        shared(session()).secure(false),
    ] {
        assert_eq!(problem(config), "");
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "sessionId")]
struct Somebody {
    #[session(principal)]
    user: Option<u64>,
}

#[derive(SessionRegistry)]
struct OnlySomebody {
    somebody: Config<Somebody>,
}

#[tokio::test]
async fn a_principal_says_who_it_is_and_nobodys_sessions_are_listed() {
    let somebody = Config::shared_with_node(session());
    let unmounted = Unmounted::new(OnlySomebody { somebody }).unwrap();
    let listed = unmounted.codec().of::<Somebody>(&7).list().await;
    assert_eq!(listed.unwrap_err().kind(), StoreErrorKind::Unsupported);
}

/// What one session with a field of this name in its record says.
macro_rules! named {
    ($name:literal) => {{
        #[derive(SecureSession, Serialize, Deserialize, Default)]
        #[session(cookie_name = "sessionId", name = "named")]
        struct Named {
            #[serde(rename = $name)]
            field: u32,
            n: u32,
        }
        #[derive(SessionRegistry)]
        struct OnlyNamed {
            named: Config<Named>,
        }
        let named = Config::shared_with_node(session());
        ($name, problem_of(OnlyNamed { named }))
    }};
}

#[test]
fn names_that_a_session_has_in_node_itself() {
    for (name, problem) in [
        named!("cookie"),
        named!("sessionId"),
        named!("encryptedSessionId"),
        named!("options"),
        named!("touch"),
        named!("regenerate"),
        named!("get"),
        named!("set"),
        named!("destroy"),
        named!("reload"),
        named!("save"),
        named!("isModified"),
        named!("isSaved"),
    ] {
        assert_refused(&problem, "session `named`: fields", "#[serde(rename");
        assert!(problem.contains(&format!("`{name}`")), "{problem}");
    }
    for (name, problem) in [named!("session_id"), named!("Save"), named!("gets")] {
        assert_eq!(problem, "", "{name}");
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "saving")]
struct Saving {
    save: u32,
    #[serde(rename = "saved")]
    destroy: u32,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "camel")]
#[serde(rename_all = "camelCase")]
struct Camel {
    is_saved: bool,
}

#[derive(SessionRegistry)]
struct OnlySaving {
    saving: Config<Saving>,
}

#[derive(SessionRegistry)]
struct OnlyCamel {
    camel: Config<Camel>,
}

#[test]
fn whatever_the_field_is_called_here() {
    let saving = Config::shared_with_node(session());
    let problem = problem_of(OnlySaving { saving });
    assert_refused(&problem, "session `saving`: fields", "`save`");
    let camel = Config::shared_with_node(session());
    let problem = problem_of(OnlyCamel { camel });
    assert_refused(&problem, "session `camel`: fields", "`isSaved`");
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "other")]
struct Other {
    n: u32,
}

#[derive(SessionRegistry)]
struct Two {
    visitor: Config<Visitor>,
    other: Config<Other>,
}

#[test]
fn two_sessions_whose_records_cannot_be_told_apart() {
    let two = |other: FastifySession| Two {
        visitor: shared(session()),
        other: Config::shared_with_node(other),
    };
    let problem = problem_of(two(session()));
    let place = "sessions `visitor` and `other`: key_prefix";
    assert_refused(&problem, place, "`FastifySession::key_prefix`");
    assert_eq!(problem_of(two(session().key_prefix("other:"))), "");
    let Two { visitor, other } = two(session());
    let other = other.insecure_shared_key();
    assert_eq!(problem_of(Two { visitor, other }), "");
}

#[tokio::test]
async fn over_http_by_configuration_no_record_makes_a_cookie_secure() {
    let mut site = site_of(|session| shared(session).insecure_over_http());
    let cookie = json!({"secure": true, "path": "/", "httpOnly": true});
    for path in ["/read", "/write"] {
        site.put("of-node", &json!({"cookie": cookie, "n": 1}).to_string());
        site.present("of-node");
        let answer = site.get(path).await;
        assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Lax");
    }
}
