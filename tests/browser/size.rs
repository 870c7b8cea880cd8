//! What a browser keeps of a cookie that is as large as can be, and of one that is larger.

use axum::{
    Router,
    extract::Path,
    http::{HeaderName, StatusCode, header::SET_COOKIE},
    routing::get,
};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, Session, SessionRegistry, Unmounted};

use crate::{browser::Browser, server::Server};

/// What browsers keep of a cookie's name and value.
const LIMIT: usize = 4096;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "notes")]
struct Notes {
    text: String,
}

#[derive(SessionRegistry)]
struct AppSessions {
    notes: Config<Notes>,
}

/// A cookie by hand, of a name and value of so many bytes.
async fn by_hand(Path(bytes): Path<usize>) -> ([(HeaderName, String); 1], &'static str) {
    let name = "__Host-hand";
    let value = "x".repeat(bytes - name.len());
    (
        [(SET_COOKIE, format!("{name}={value}; Path=/; Secure"))],
        "sent",
    )
}

/// The session with a text of so many bytes.
async fn by_session(Path(bytes): Path<usize>, mut notes: Session<Notes>) -> String {
    notes.set_text("x".repeat(bytes));
    notes.meta().size().unwrap().to_string()
}

async fn length(notes: Session<Notes>) -> String {
    notes.text().len().to_string()
}

fn app(cookie_name: String) -> Router {
    let notes = Config::new(tests::key(1)).cookie_name(cookie_name);
    Unmounted::new(AppSessions { notes }).unwrap().mount(|_| {
        Router::new()
            .route("/by-hand/{bytes}", get(by_hand))
            .route("/by-session/{bytes}", get(by_session))
            .route("/length", get(length))
    })
}

/// A name, and the length of a text, with which the cookie has exactly [`LIMIT`] bytes. Base64 jumps
/// over some lengths, which the name makes up for.
async fn exact() -> (String, usize) {
    for name in ["__Host-notes", "__Host-notes-", "__Host-notes--"] {
        let mut client = tests::Client::new(app(name.to_owned()));
        for bytes in 2800..LIMIT {
            let answer = client.get(&format!("/by-session/{bytes}")).await;
            match answer.text().parse::<usize>() {
                Ok(LIMIT) => return (name.to_owned(), bytes),
                Ok(0..LIMIT) => {}
                _ => break,
            }
        }
    }
    panic!("no text gives {LIMIT} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn d17_what_the_library_sends_the_browser_keeps_to_the_last_byte() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let (name, bytes) = exact().await;
    let server = Server::start(app(name)).await;
    let page = |path: &str| server.at("localhost", path);

    browser.visit(&page(&format!("/by-hand/{LIMIT}"))).await;
    assert!(
        browser.cookie("__Host-hand").await.is_some(),
        "{LIMIT} bytes are kept"
    );
    browser.client.delete_all_cookies().await.unwrap();
    browser
        .visit(&page(&format!("/by-hand/{}", LIMIT + 1)))
        .await;
    assert!(
        browser.cookie("__Host-hand").await.is_none(),
        "one more is dropped, in silence"
    );

    browser.visit(&page(&format!("/by-session/{bytes}"))).await;
    browser.visit(&page("/length")).await;
    assert_eq!(
        browser.text().await,
        bytes.to_string(),
        "the largest session comes back"
    );
    browser
        .visit(&page(&format!("/by-session/{}", bytes + 3)))
        .await;
    let status = browser
        .script("return performance.getEntriesByType('navigation')[0].responseStatus")
        .await;
    assert_eq!(
        status,
        StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
        "a larger one is an error"
    );
    browser.visit(&page("/length")).await;
    assert_eq!(
        browser.text().await,
        bytes.to_string(),
        "which leaves the old one"
    );
}
