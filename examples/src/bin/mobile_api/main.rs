//! A JSON API behind mobile apps: each phone has a session, in a cookie that the app keeps.
//!
//! `cargo run -p examples --bin mobile_api` keeps the sessions in memory and prints the `curl` lines
//! of three phones. What an app needs is a cookie jar on its disk, which every HTTP client for phones
//! has; no token is read, stored or sent by the app's own code.
//!
//! What differs from a site for browsers:
//!
//! - **Limits.** Nobody signs in on a phone every morning: two months unused, a year at most.
//!   `max_age` is as long as `idle`, or the jar would drop the cookie when the app is closed.
//! - **No navigations.** A request that only reads renews the cookie if it is a navigation, or its
//!   client does not say. An app's client does not; a web view in an app does, and never navigates:
//!   `renew_on_any_request`.
//! - **One session a device,** with whose it is marked as `principal`: a lost phone can be signed out
//!   from another.
//! - **Signed out is an answer,** a 401 with a problem (RFC 9457), and not a redirect to a form.
//! - **Cross-site requests cannot be forged** from an app: its jar is its own, and no other site's
//!   page runs in it. Who signs in to this API in a browser is protected by `SameSite=Strict`: the
//!   browser sends the cookie with nothing that another site begins. And a form of such a site
//!   cannot send JSON, which is all that is taken.

mod problem;

use std::{error::Error, net::Ipv4Addr, time::UNIX_EPOCH};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, State, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
    routing::{delete, get, post},
};
use problem::Problem;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, RequestSession, SecureSession, Session, SessionId, SessionRegistry, Sessions,
    Unmounted,
    store::{MemoryStore, SessionLimit},
};
use tokio::net::TcpListener;

/// Somebody on one of his devices.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "device",
    idle = "60d",
    absolute = "365d",
    max_age = "60d",
    same_site = "strict"
)]
struct Device {
    #[session(principal)]
    user: Option<String>,
    device: String,
}

#[derive(SessionRegistry)]
struct ApiSessions {
    device: Config<Device>,
}

type Api = State<Sessions<ApiSessions>>;

/// The session of a request that must have one, and whose it is.
struct SignedIn {
    user: String,
    session: Session<Device>,
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let session = parts.session::<Device>().await?;
        let user = session.user().map(str::to_owned);
        let user = user.ok_or(Problem::signed_out())?;
        Ok(Self { user, session })
    }
}

#[derive(Deserialize)]
struct Credentials {
    user: String,
    device: String,
}

#[derive(Serialize)]
struct Me {
    user: String,
    device: String,
}

async fn sign_in(
    mut session: Session<Device>,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<(StatusCode, Json<Me>), Problem> {
    // A real API asks for more than a name here.
    let Json(Credentials { user, device }) = body?;
    session.regenerate();
    session.set_user(user.as_str()).set_device(device.as_str());
    Ok((StatusCode::CREATED, Json(Me { user, device })))
}

async fn sign_out(mut signed_in: SignedIn) -> StatusCode {
    signed_in.session.delete();
    StatusCode::NO_CONTENT
}

async fn me(SignedIn { user, session }: SignedIn) -> Json<Me> {
    let device = session.device().to_owned();
    Json(Me { user, device })
}

#[derive(Serialize)]
struct Listed {
    id: String,
    device: String,
    is_this: bool,
    /// Unix seconds.
    last_seen: u64,
}

async fn devices(
    SignedIn { user, session }: SignedIn,
    State(sessions): Api,
) -> Result<Json<Vec<Listed>>, Problem> {
    let this = session.meta().id();
    let all = sessions.of::<Device>(&user).list().await?;
    let listed = all.iter().map(|listed| {
        let last_seen = listed.last_seen().duration_since(UNIX_EPOCH);
        Listed {
            id: listed.id().encode(),
            device: listed.data().device.clone(),
            is_this: this == Some(listed.id()),
            last_seen: last_seen.unwrap_or_default().as_secs(),
        }
    });
    Ok(Json(listed.collect()))
}

/// «Sign out this lost phone.» `of` asks whose it is: nobody can end another's.
async fn end_device(
    SignedIn { user, .. }: SignedIn,
    State(sessions): Api,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = SessionId::decode(&id).ok_or(Problem::no_such_device())?;
    if sessions.of::<Device>(&user).end(&id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::no_such_device())
    }
}

fn api() -> Result<Router, session_runtime::ConfigError> {
    // Many servers take Redis or PostgreSQL instead, and nothing else changes.
    let device = Config::stored(MemoryStore::new())
        .renew_on_any_request()
        .limit(SessionLimit::new(10));
    Ok(Unmounted::new(ApiSessions { device })?.mount(|sessions| {
        Router::new()
            .route("/sign-in", post(sign_in))
            .route("/sign-out", post(sign_out))
            .route("/me", get(me))
            .route("/devices", get(devices))
            .route("/devices/{id}", delete(end_device))
            .with_state(sessions)
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    greet(listener.local_addr()?.port());
    axum::serve(listener, api()?).await?;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "this program talks to a person at a terminal"
)]
fn greet(port: u16) {
    let api = format!("http://localhost:{port}");
    println!(
        "listening on {api}

Each phone keeps its cookies in a file of its own. One of them gets lost, and is signed out from
another:

  curl -b lost -c lost {api}/me
  curl -b lost -c lost {api}/sign-in --json '{{\"user\":\"ada\",\"device\":\"lost phone\"}}'
  curl -b new -c new {api}/sign-in --json '{{\"user\":\"ada\",\"device\":\"new phone\"}}'
  curl -b eve -c eve {api}/sign-in --json '{{\"user\":\"eve\",\"device\":\"phone of eve\"}}'
  curl -b lost -c lost {api}/me
  curl -b new {api}/devices | tee devices
  sed 's/.*\"id\":\"\\([^\"]*\\)\",\"device\":\"lost phone.*/\\1/' devices >id
  curl -b eve {api}/devices/$(cat id) -X DELETE
  curl -b new {api}/devices/$(cat id) -X DELETE -w '%{{http_code}}'
  curl -b lost -c lost {api}/me -w ' %{{http_code}} %{{content_type}}'
  curl -b new -c new {api}/me
"
    );
}
