//! `#[session(flash)]`: fields that are read once.

use axum::{Router, response::Redirect, routing::get};
use session_runtime::Session;

use crate::homes::{ALL, Home, Member, site};

async fn order(mut session: Session<Member>) -> Redirect {
    session.set_notice("Ordered.");
    Redirect::to("/")
}

async fn page(mut session: Session<Member>) -> String {
    format!("{:?}", session.take_notice())
}

fn router() -> Router {
    Router::new()
        .route("/order", get(order))
        .route("/", get(page))
}

#[tokio::test]
async fn a_flash_is_shown_on_the_next_page_and_on_no_other() {
    for home in ALL {
        let mut client = site(home.config(), router()).client;
        assert_eq!(client.get("/").await.text(), "None", "{home:?}");
        client.get("/order").await;
        assert_eq!(
            client.get("/").await.text(),
            "Some(\"Ordered.\")",
            "{home:?}"
        );
        let answer = client.get("/").await;
        assert_eq!(answer.text(), "None", "{home:?}");
    }
}

/// Every page takes it, and most find none.
#[tokio::test]
async fn a_page_that_finds_no_flash_writes_nothing() {
    for home in ALL {
        let mut client = site(home.config(), router()).client;
        assert!(client.get("/").await.set_cookies().is_empty(), "{home:?}");
        client.get("/order").await;
        client.get("/").await;
        assert!(client.get("/").await.set_cookies().is_empty(), "{home:?}");
    }
}

#[tokio::test]
async fn a_flash_is_read_once_by_two_handles_of_a_request() {
    let twice = async |mut one: Session<Member>, mut other: Session<Member>| {
        format!("{:?} {:?}", one.take_notice(), other.take_notice())
    };
    let router = router().route("/twice", get(twice));
    let mut client = site(Home::Stored.config(), router).client;
    client.get("/order").await;
    assert_eq!(client.get("/twice").await.text(), "Some(\"Ordered.\") None");
    assert_eq!(client.get("/").await.text(), "None");
}
