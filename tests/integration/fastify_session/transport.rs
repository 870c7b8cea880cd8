//! Over https and in the clear, as a proxy tells it.

use std::net::{IpAddr, Ipv4Addr};

use axum::{Extension, routing::get};
use serde_json::json;
use session_runtime::{
    Config, CookieOptions, EndCause, EventKind, Proxy, SameSite, Session,
    fastify_session::FastifySession,
};

use super::{
    ALICE, Shelf, Site, Visitor, assert_silent, attributes, line, shared, site, site_of, site_with,
};

fn behind_proxy() -> Site {
    site_of(|session| shared(session.behind(Proxy::x_forwarded_proto())))
}

/// Whose cookie is `Secure` as the request came.
fn auto(config: impl FnOnce(Config<Visitor>) -> Config<Visitor>) -> Site {
    site_of(|session| {
        config(shared(
            session.as_node().secure_auto(Proxy::x_forwarded_proto()),
        ))
    })
}

#[tokio::test]
async fn rows_67_and_70_over_https_the_cookie_is_sent() {
    let mut site = behind_proxy();
    let answer = site.over("https", "/write").await;
    assert_eq!(
        attributes(&answer),
        "Path=/; HttpOnly; Secure; SameSite=Lax"
    );
    let answer = site.over("https", "/read").await;
    assert_eq!(answer.text(), ALICE);
}

#[tokio::test]
async fn rows_68_and_69_in_the_clear_a_secure_session_is_neither_saved_nor_sent() {
    let mut site = behind_proxy();
    assert_silent(&site.over("http", "/write").await);
    assert_silent(&site.get("/write").await);
    assert_eq!(site.shelf.keys(), [""; 0]);
    // What a browser writes into the header itself stands before what the proxy adds.
    assert_silent(&site.over("https, http", "/write").await);
    site.over("https", "/write").await;
    let record = site.record(&site.id());
    assert_eq!(site.over("http", "/read").await.text(), ALICE);
    assert_silent(&site.over("http", "/write").await);
    assert_eq!(site.record(&site.id()), record);
}

#[tokio::test]
async fn here_the_browser_decides_unless_a_proxy_is_believed() {
    let mut site = site();
    line(&site.over("http", "/write").await);
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn a_deletion_counts_in_the_clear_too() {
    let mut site = behind_proxy();
    site.over("https", "/write").await;
    let answer = site.over("http", "/delete").await;
    assert!(line(&answer).starts_with("sessionId=; Max-Age=0;"));
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn row_79_what_a_response_says_of_secure_lets_the_cookie_out() {
    async fn own(mut session: Session<Visitor>) {
        session
            .options(CookieOptions::new().secure(false))
            .set_user("alice");
    }
    let config = |session: FastifySession| shared(session.behind(Proxy::x_forwarded_proto()));
    let mut site = site_with(config, get(own));
    let answer = site.over("http", "/own").await;
    assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(
        site.record(&site.id()).unwrap()["cookie"]["secure"],
        json!(false)
    );
}

#[tokio::test]
async fn row_80_or_keeps_it_in() {
    async fn own(mut session: Session<Visitor>) {
        session
            .options(CookieOptions::new().secure(true))
            .set_user("alice");
    }
    let config =
        |session: FastifySession| shared(session.behind(Proxy::x_forwarded_proto())).secure(false);
    let mut site = site_with(config, get(own));
    assert_silent(&site.over("http", "/own").await);
    assert_eq!(site.shelf.keys(), [""; 0]);
    line(&site.over("http", "/write").await);
}

#[tokio::test]
async fn rows_81_and_82_auto_in_the_clear_is_lax_and_not_secure() {
    let mut site = auto(|config| config);
    for answer in [site.over("http", "/write").await, site.get("/write").await] {
        assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Lax");
    }
    let cookie = &site.record(&site.id()).unwrap()["cookie"];
    assert_eq!(
        (&cookie["secure"], &cookie["sameSite"]),
        (&json!(false), &json!("lax"))
    );
}

#[tokio::test]
async fn rows_83_and_84_auto_says_lax_in_the_clear_whatever_is_configured() {
    for (scheme, expected) in [
        ("http", "Path=/; HttpOnly; SameSite=Lax"),
        ("https", "Path=/; HttpOnly; Secure; SameSite=None"),
    ] {
        let mut site = auto(|config| config.same_site(SameSite::None));
        assert_eq!(attributes(&site.over(scheme, "/write").await), expected);
    }
}

#[tokio::test]
async fn rows_85_and_86_auto_over_https_is_secure() {
    let mut site = auto(|config| config);
    let answer = site.over("https", "/write").await;
    assert_eq!(attributes(&answer), "Path=/; HttpOnly; Secure");
    let mut site = site_of(|session| shared(session.secure_auto(Proxy::forwarded())));
    let answer = site
        .client
        .get_with("/write", "forwarded", "for=192.0.2.1;proto=https")
        .await;
    assert_eq!(
        attributes(&answer),
        "Path=/; HttpOnly; Secure; SameSite=Lax"
    );
}

#[tokio::test]
async fn row_87_a_partitioned_cookie() {
    let mut site = site_of(|session| {
        shared(session.as_node().behind(Proxy::x_forwarded_proto())).partitioned(true)
    });
    let answer = site.over("https", "/write").await;
    assert_eq!(attributes(&answer), "Path=/; HttpOnly; Secure; Partitioned");
    assert_eq!(
        site.record(&site.id()).unwrap()["cookie"]["partitioned"],
        json!(true)
    );
    // A browser removes it only in its own partition.
    let answer = site.over("https", "/delete").await;
    assert!(
        line(&answer).contains("; Secure; Partitioned"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn nobody_but_the_named_proxy_is_believed() {
    let proxy = Proxy::x_forwarded_proto().at([IpAddr::V4(Ipv4Addr::LOCALHOST)], |extensions| {
        extensions.get().copied()
    });
    let site = site_of(|session| shared(session.behind(proxy)));
    for (peer, is_sent) in [(1, true), (2, false)] {
        let peer = IpAddr::V4(Ipv4Addr::new(127, 0, 0, peer));
        // As a server puts it there.
        let router = site.router.clone().layer(Extension(peer));
        let mut client = site.client.at(router);
        let answer = client
            .get_with("/write", "x-forwarded-proto", "https")
            .await;
        assert_eq!(answer.set_cookies().len(), usize::from(is_sent));
    }
}

/// A handler that saves, behind a proxy that is believed.
fn saving(config: impl FnOnce(FastifySession) -> FastifySession) -> Site {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("alice");
        session.record().unwrap().save().await.unwrap();
    }
    let proxy = Proxy::x_forwarded_proto();
    site_with(|session| shared(config(session.behind(proxy))), get(own))
}

#[tokio::test]
async fn in_the_clear_the_cookie_of_a_session_that_was_saved_by_hand_goes_out_as_node_alone() {
    let mut site = saving(|session| session);
    assert_silent(&site.over("http", "/own").await);
    assert_eq!(site.shelf.keys().len(), 1);
    line(&site.over("https", "/own").await);
    let mut site = saving(FastifySession::as_node);
    line(&site.over("http", "/own").await);
}

#[tokio::test]
async fn in_the_clear_a_session_that_has_ended_does_not_end_again_when_it_is_replaced() {
    async fn own(Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>) {
        let id = session.record().unwrap().id().unwrap();
        shelf.remove(&format!("sess:{id}"));
        session.regenerate();
        session.set_user("bob");
    }
    let proxy = Proxy::x_forwarded_proto();
    let mut site = site_with(|session| shared(session.behind(proxy)), get(own));
    site.over("https", "/write").await;
    site.events();
    site.over("http", "/own").await;
    let events = site.events();
    assert!(events.contains(&EventKind::WriteLost), "{events:?}");
    assert!(!events.contains(&EventKind::Ended(EndCause::Replaced)));
}

#[tokio::test]
async fn in_the_clear_a_session_that_was_to_be_replaced_ends() {
    let mut site = behind_proxy();
    site.over("https", "/write").await;
    let old = site.id();
    site.events();
    site.over("http", "/sign-in").await;
    assert_eq!(site.shelf.keys(), [""; 0]);
    let events = site.events();
    assert!(events.contains(&EventKind::Ended(EndCause::Replaced)));
    assert!(events.contains(&EventKind::WriteLost), "{events:?}");
    site.present(&old);
    let answer = site.over("https", "/read").await;
    assert_eq!(answer.text(), "None 0 Some(NotFound)");
}

#[tokio::test]
async fn a_write_in_the_clear_counts_as_lost_and_a_read_does_not() {
    let mut site = behind_proxy();
    for starts in ["/none", "/write"] {
        site.over("https", starts).await;
        for (path, lost) in [("/write", 1), ("/read", 0), ("/touch", 0)] {
            site.events();
            assert_silent(&site.over("http", path).await);
            let events = site.events().into_iter();
            let count = events
                .filter(|event| *event == EventKind::WriteLost)
                .count();
            assert_eq!(count, lost, "{starts} {path}");
        }
    }
}

#[tokio::test]
async fn auto_in_the_clear_is_not_partitioned_either() {
    let proxy = Proxy::x_forwarded_proto();
    let mut site = site_of(|session| shared(session.secure_auto(proxy)).partitioned(true));
    let answer = site.over("http", "/write").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(site.over("http", "/read").await.text(), ALICE);
    let mut browser = site.stranger();
    let answer = browser
        .get_with("/write", "x-forwarded-proto", "https")
        .await;
    let expected = "Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax";
    assert_eq!(attributes(&answer), expected);
}
