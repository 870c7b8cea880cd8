//! A cookie that names no session, where nothing is saved in its place, is removed.

use axum::routing::get;
use serde_json::json;
use session_runtime::{Config, Proxy, Session, fastify_session::FastifySession};

use super::{Site, Visitor, assert_silent, line, shared, site_of, site_with};

const CLEARED: &str =
    "sessionId=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax";

fn over_http(config: impl FnOnce(Config<Visitor>) -> Config<Visitor>) -> Site {
    site_of(|session| config(shared(session.behind(Proxy::x_forwarded_proto()))))
}

fn quiet(session: FastifySession) -> Config<Visitor> {
    shared(session.save_uninitialized(false))
}

#[tokio::test]
async fn row_148_a_cookie_that_no_session_backs_is_removed_if_nothing_takes_its_place() {
    let mut site = over_http(|config| config);
    site.present("unknown");
    assert_eq!(line(&site.over("http", "/read").await), CLEARED);
    for value in ["garbage", "a.b"] {
        let mut site = site_of(quiet);
        site.client.set_cookie("sessionId", value);
        assert_eq!(line(&site.get("/read").await), CLEARED);
        assert_silent(&site.get("/read").await);
        assert_eq!(site.shelf.keys(), [""; 0]);
    }
}

#[tokio::test]
async fn row_149_with_the_domain_that_is_configured() {
    let mut site = over_http(|config| config.domain("example.org"));
    site.present("unknown");
    let expected = CLEARED.replace("Max-Age=0;", "Max-Age=0; Domain=example.org;");
    assert_eq!(line(&site.over("http", "/read").await), expected);
}

#[tokio::test]
async fn row_150_with_the_path_that_is_configured() {
    let mut site = over_http(|config| config.path("/read"));
    site.present("unknown");
    let expected = CLEARED.replace("Path=/;", "Path=/read;");
    assert_eq!(line(&site.over("http", "/read").await), expected);
}

#[tokio::test]
async fn row_151_without_a_cookie_there_is_nothing_to_remove() {
    assert_silent(&over_http(|config| config).over("http", "/read").await);
    assert_silent(&site_of(quiet).get("/read").await);
}

#[tokio::test]
async fn what_is_saved_takes_the_place_of_the_cookie() {
    let mut site = site_of(quiet);
    site.present("unknown");
    assert!(!line(&site.get("/write").await).contains("Max-Age=0"));
    // Nor is the cookie of a living session removed because nothing is to be saved.
    let mut site = over_http(|config| config);
    site.over("https", "/write").await;
    assert_silent(&site.over("http", "/read").await);
}

#[tokio::test]
async fn the_cookie_of_a_session_whose_successor_cannot_be_sent_is_removed() {
    let mut site = over_http(|config| config);
    site.over("https", "/write").await;
    assert_eq!(line(&site.over("http", "/sign-in").await), CLEARED);
}

#[tokio::test]
async fn an_expired_session_is_removed_where_nobody_is_kept() {
    let mut site = site_of(|session| quiet(session).idle(super::MINUTE));
    site.get("/write").await;
    site.clock.advance(super::MINUTE);
    let answer = site.get("/read").await;
    assert_eq!(answer.text(), "None 0 Some(Expired)");
    assert_eq!(line(&answer), CLEARED);
}

#[tokio::test]
async fn a_cookie_with_a_prefix_is_removed_as_browsers_ask() {
    use serde::{Deserialize, Serialize};
    use session_runtime::{SecureSession, SessionRegistry, Unmounted};

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(cookie_name = "__Host-sid")]
    struct Host {
        n: u32,
    }
    #[derive(SessionRegistry)]
    struct Only {
        host: Config<Host>,
    }
    let session = FastifySession::new(super::Shelf::default(), super::secrets());
    let host = Config::shared_with_node(session.save_uninitialized(false));
    let router = Unmounted::new(Only { host }).unwrap().mount(|_| {
        let read = async |_: Session<Host>| ();
        axum::Router::new().route("/", get(read))
    });
    let mut client = tests::Client::new(router);
    client.set_cookie("__Host-sid", "garbage");
    let answer = client.get("/").await;
    let expected = "__Host-sid=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
                    Secure; SameSite=Lax";
    assert_eq!(line(&answer), expected);
}

#[tokio::test]
async fn a_deleted_session_goes_where_its_record_has_the_cookie() {
    let mut site = site_of(shared);
    for (path, domain) in [("/delete", "example.org"), ("/", "a.example.org")] {
        let cookie = json!({"path": path, "domain": domain});
        site.put("of-node", &json!({"cookie": cookie, "n": 1}).to_string());
        site.present("of-node");
        let place = format!("Max-Age=0; Domain={domain}; Path={path};");
        let expected = CLEARED.replace("Max-Age=0; Path=/;", &place);
        let answer = site.get("/delete").await;
        assert_eq!(sorted(&line(&answer)), sorted(&expected));
        assert_eq!(site.shelf.keys(), [""; 0]);
    }
}

/// The attributes in no order.
fn sorted(line: &str) -> Vec<&str> {
    let mut parts: Vec<_> = line.split("; ").collect();
    parts.sort_unstable();
    parts
}

#[tokio::test]
async fn also_one_that_was_begun_in_the_same_request() {
    async fn own(mut session: Session<Visitor>) {
        session.regenerate();
        session.delete();
    }
    let mut site = site_with(shared, get(own));
    let cookie = json!({"path": "/own", "domain": "example.org"});
    site.put("of-node", &json!({"cookie": cookie}).to_string());
    site.present("of-node");
    let line = line(&site.get("/own").await);
    assert!(
        line.contains("; Path=/own;") && line.contains("; Domain=example.org;"),
        "{line}"
    );
    assert_eq!(site.shelf.keys(), [""; 0]);
}
