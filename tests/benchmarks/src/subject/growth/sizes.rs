//! From 64 bytes to 4 KB in one session, in its cookie and in memory.

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Key, SecureSession, Session, SessionRegistry, Unmounted, store::MemoryStore,
};

use crate::{
    Outcome,
    browser::Browser,
    case::Case,
    process::{Expected, request_case},
};

/// Bytes of text. 4096 do not fit into a cookie of 4096 bytes.
const SIZES: [usize; 5] = [64, 256, 1024, 2800, 4096];
const LONGEST_IN_COOKIE: usize = 2800;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "note")]
struct Note {
    text: String,
    visits: u32,
}

#[derive(SessionRegistry)]
struct Registry {
    note: Config<Note>,
}

async fn read(session: Session<Note>) -> &'static str {
    if session.text().is_empty() {
        "nothing"
    } else {
        "ok"
    }
}

async fn write(mut session: Session<Note>) -> &'static str {
    session.update_visits(|visits| *visits += 1);
    "ok"
}

async fn visits(session: Session<Note>) -> String {
    session.visits().to_string()
}

fn app(config: Config<Note>, bytes: usize) -> Outcome<Router> {
    let sign_in = move |mut session: Session<Note>| async move {
        session.regenerate().set_text("x".repeat(bytes));
        "ok"
    };
    Ok(
        Unmounted::new(Registry { note: config })?.mount(|_sessions| {
            Router::new()
                .route("/sign-in", get(sign_in))
                .route("/read", get(read))
                .route("/write", get(write))
                .route("/visits", get(visits))
        }),
    )
}

pub(super) async fn cases() -> Outcome<Vec<Case>> {
    let mut cases = Vec::new();
    for bytes in SIZES {
        if bytes <= LONGEST_IN_COOKIE {
            let app = app(Config::new(Key::generate()?).cached_sessions(0), bytes)?;
            cases.extend(both(&app, "sealed", bytes, true).await?);
        }
        let app = app(Config::stored(MemoryStore::new()).cached_sessions(0), bytes)?;
        cases.extend(both(&app, "memory", bytes, false).await?);
    }
    Ok(cases)
}

async fn both(app: &Router, place: &str, bytes: usize, sets_cookie: bool) -> Outcome<[Case; 2]> {
    let browser = Browser::signed_in(app.clone()).await?;
    let name = |path: &str| format!("size/{bytes}/{place}{path}");
    let written = Expected::Visit { sets_cookie };
    Ok([
        request_case(name("/read"), app, &browser, "/read", Expected::Nothing).await?,
        request_case(name("/write"), app, &browser, "/write", written).await?,
    ])
}
