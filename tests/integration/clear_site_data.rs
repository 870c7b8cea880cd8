//! `Clear-Site-Data` with the response that ends a session (O24).

use std::sync::Arc;

use axum::{Router, routing::get};
use http::{HeaderValue, StatusCode, header::HeaderName};
use session_runtime::testing::{Operation, UnreliableStore};
use session_runtime::{ClearSiteData, Config, Session, Unmounted, store::MemoryStore};
use tests::{AppSessions, Auth, Client, Prefs, key};

use crate::homes::{ALL, Home, Member, site};

async fn write(mut session: Session<Member>) {
    session.set_visits(1);
}

async fn delete(mut session: Session<Member>) {
    session.delete();
}

async fn renew(mut session: Session<Member>) {
    session.regenerate();
}

fn router() -> Router {
    Router::new()
        .route("/write", get(write))
        .route("/delete", get(delete))
        .route("/renew", get(renew))
        .route("/", get(async |_: Session<Member>| {}))
}

#[tokio::test]
async fn o24_the_end_of_a_session_clears_what_the_configuration_says_and_nothing_else_does() {
    for home in ALL {
        let what = ClearSiteData::CACHE | ClearSiteData::STORAGE;
        let mut client = site(home.config().clear_site_data(what), router()).client;
        for path in ["/", "/write", "/renew", "/"] {
            assert_eq!(
                client.get(path).await.header("clear-site-data"),
                None,
                "{home:?} {path}"
            );
        }
        let answer = client.get("/delete").await;
        assert_eq!(
            answer.header("clear-site-data"),
            Some("\"cache\", \"storage\""),
            "{home:?}"
        );
        assert!(!answer.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn o24_nothing_is_cleared_unless_asked_for() {
    let mut client = site(Home::Sealed.config(), router()).client;
    client.get("/write").await;
    assert_eq!(client.get("/delete").await.header("clear-site-data"), None);
}

#[tokio::test]
async fn o24_a_sign_out_that_fails_clears_nothing() {
    let store = Arc::new(UnreliableStore::new(MemoryStore::new()));
    let config = Config::stored(Arc::clone(&store)).clear_site_data(ClearSiteData::ALL);
    let mut client = site(config, router()).client;
    client.get("/write").await;
    store.on(Operation::Delete).fail_next(1);
    let answer = client.get("/delete").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("clear-site-data"), None);
}

#[tokio::test]
async fn o24_two_sessions_that_end_are_one_header_and_the_handlers_own_stays() {
    let both = async |mut auth: Session<Auth>, mut prefs: Session<Prefs>| {
        auth.delete();
        prefs.delete();
        let name = HeaderName::from_static("clear-site-data");
        [(name, HeaderValue::from_static("\"executionContexts\""))]
    };
    let registry = AppSessions {
        auth: Config::new(key(1)).clear_site_data(ClearSiteData::CACHE),
        prefs: Config::new(key(1)).clear_site_data(ClearSiteData::STORAGE),
    };
    let router = Unmounted::new(registry).unwrap();
    let router = router.mount(|_| Router::new().route("/", get(both)));
    let answer = Client::new(router).get("/").await;
    let values = answer.headers().get_all("clear-site-data").iter();
    let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
    assert_eq!(values, ["\"executionContexts\"", "\"cache\", \"storage\""]);
}
