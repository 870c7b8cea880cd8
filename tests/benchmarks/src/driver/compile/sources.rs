//! The crates that are built.

use std::fmt::Write;

use crate::settings::Settings;

pub(super) const STRUCTS: u32 = 50;

pub(super) const APPLICATION: &str = r#"
use axum::{Router, routing::get};

async fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, Router::new().route("/", get(hello))).await.unwrap();
}
"#;

/// The same with a session of tower-sessions, in memory, that a handler writes to.
pub(super) const TOWER_SESSIONS: &str = r#"
use axum::{Router, routing::get};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

async fn hello(session: Session) -> String {
    let visits = session.get::<u32>("visits").await.unwrap().unwrap_or_default() + 1;
    session.insert("visits", visits).await.unwrap();
    visits.to_string()
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(hello)).layer(SessionManagerLayer::new(MemoryStore::default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
"#;

/// The same with so many sessions in sealed cookies, and for each a handler that writes to it.
pub(super) fn with_sessions(count: u32) -> String {
    let session = "
#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Session§ {
    visits: u32,
}

async fn hello§(mut session: Session<Session§>) -> String {
    session.update_visits(|visits| *visits += 1);
    session.visits().to_string()
}
";
    let of_each = |template: &str| -> String {
        (0..count)
            .map(|number| template.replace('§', &number.to_string()))
            .collect()
    };
    let sessions = of_each(session);
    let fields = of_each("session§: Config<Session§>, ");
    let configs = of_each("session§: Config::new(Key::generate().unwrap()), ");
    let routes = of_each(r#".route("/§", get(hello§))"#);
    format!(
        r#"
use axum::{{Router, routing::get}};
use serde::{{Deserialize, Serialize}};
use session_runtime::{{Config, Key, SecureSession, Session, SessionRegistry, Unmounted}};
{sessions}
#[derive(SessionRegistry)]
struct Sessions {{ {fields}}}

#[tokio::main]
async fn main() {{
    let app = Unmounted::new(Sessions {{ {configs}}}).unwrap();
    let app = app.mount(|_sessions| Router::new(){routes});
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}}
"#
    )
}

/// All of them have serde, as any that has sessions does.
pub(super) fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
axum = "0.8"
serde = {{ version = "1", features = ["derive"] }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread", "net"] }}
{dependencies}
"#
    )
}

pub(super) fn library(settings: &Settings) -> String {
    let path = settings.root.join("session-runtime");
    format!("session-runtime = {{ path = '{}' }}", path.display())
}

/// Structs of ten fields each.
pub(super) fn structs(are_sessions: bool) -> String {
    let mut source = String::from(
        "#![allow(dead_code, unused_imports)]\n\
         use serde::{Deserialize, Serialize};\n\
         use session_runtime::SecureSession;\n",
    );
    let derive = if are_sessions { "SecureSession, " } else { "" };
    for number in 0..STRUCTS {
        // Nothing fails to be written into a `String`.
        let _ = write!(
            source,
            "#[derive({derive}Serialize, Deserialize, Default)]\n\
             pub struct Session{number} {{\n    \
                 user_id: Option<u64>,\n    email: Option<String>,\n    \
                 roles: Vec<String>,\n    theme: String,\n    csrf: String,\n    \
                 visits: u32,\n    is_admin: bool,\n    balance: i64,\n    \
                 language: String,\n    seen: Vec<u64>,\n}}\n"
        );
    }
    source + "fn main() {}\n"
}
