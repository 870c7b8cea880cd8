//! Cookies that another host of the same domain plants.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::Query,
    http::{HeaderName, header::SET_COOKIE},
    routing::get,
};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, EventKind, SecureSession, Session, SessionRegistry, Settings, Unmounted,
};

use crate::{browser::Browser, server::Server};

const OURS: &str = "shop.example.localhost";
const NEIGHBOUR: &str = "evil.example.localhost";

/// With the prefix that no neighbour can set.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "guarded")]
struct Guarded {
    user: String,
}

/// With a name that anybody below the domain can set, as cookies of Node have.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "bare", cookie_name = "bare")]
struct Bare {
    user: String,
}

#[derive(SessionRegistry)]
struct AppSessions {
    guarded: Config<Guarded>,
    bare: Config<Bare>,
}

type Conflicts = Arc<Mutex<Vec<(usize, usize)>>>;

fn ours() -> (Router, Conflicts) {
    let registry = AppSessions {
        guarded: Config::new(tests::key(1)),
        bare: Config::new(tests::key(1)),
    };
    let conflicts = Conflicts::default();
    let noted = Arc::clone(&conflicts);
    let settings = Settings::new().on_event(move |event| {
        if let EventKind::Conflict { cookies, valid } = event.kind() {
            noted.lock().unwrap().push((*cookies, *valid));
        }
    });
    let app = Unmounted::with_settings(registry, settings)
        .unwrap()
        .mount(|_| {
            Router::new()
                .route("/sign-in", get(sign_in))
                .route("/who", get(who))
        });
    (app, conflicts)
}

async fn sign_in(mut guarded: Session<Guarded>, mut bare: Session<Bare>) {
    guarded.set_user("ada");
    bare.set_user("ada");
}

async fn who(guarded: Session<Guarded>, bare: Session<Bare>) -> String {
    format!("{} {}", guarded.user(), bare.user())
}

#[derive(Deserialize)]
struct Planted {
    name: String,
    value: String,
}

/// The neighbour's page, which sets a cookie for the whole domain. The longer path is sent first.
async fn plant(Query(planted): Query<Planted>) -> [(HeaderName, String); 1] {
    let Planted { name, value } = planted;
    let cookie = format!("{name}={value}; Domain=example.localhost; Path=/who; Secure");
    [(SET_COOKIE, cookie)]
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_d20_a_neighbour_cannot_displace_a_session() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let (app, conflicts) = ours();
    let shop = Server::start(app).await;
    let neighbour = Server::start(Router::new().route("/plant", get(plant))).await;
    let plant = |name: &str, value: &str| {
        neighbour.at(NEIGHBOUR, &format!("/plant?name={name}&value={value}"))
    };
    let who = shop.at(OURS, "/who");
    browser.visit(&shop.at(OURS, "/sign-in")).await;
    browser.visit(&who).await;
    assert_eq!(browser.text().await, "ada ada");

    // The browser itself refuses what the prefix forbids.
    browser.visit(&plant("__Host-guarded", "planted")).await;
    browser.visit(&who).await;
    assert_eq!(browser.text().await, "ada ada");
    assert_eq!(
        *conflicts.lock().unwrap(),
        [],
        "one cookie of each name came"
    );

    // Without one the planted cookie comes too, and first; what is valid counts.
    browser.visit(&plant("bare", "planted")).await;
    browser.visit(&who).await;
    assert_eq!(browser.text().await, "ada ada");
    assert_eq!(*conflicts.lock().unwrap(), [(2, 1)], "it is noticed");
}
