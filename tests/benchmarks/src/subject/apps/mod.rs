//! One small application, written for each library as its documentation has it.
//!
//! | path | what |
//! |---|---|
//! | `/sign-in` | a session of six fields |
//! | `/untouched` | answers, and looks at no session |
//! | `/read` | answers if the session says who it is |
//! | `/write` | counts a visit |
//! | `/visits` | how many were counted |

mod axum_session;
mod ours;
mod plain;
mod private_jar;
mod raw_redis;
mod tower_sessions;
mod two;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::{Outcome, session::Auth};
use axum::Router;
use http::StatusCode;
use session_runtime::{
    Config, Format, Key, Keyring,
    hattip::EncryptionKeys,
    store::{MemoryStore, PostgresStore, RedisStore, SessionStore, SqliteStore},
};

pub(crate) use two::with as with_two;

/// What a handler of any of them answers.
type Answer = Result<&'static str, StatusCode>;

const DAY: Duration = Duration::from_hours(24);

/// The application of this name; `url` is where the server of its store is.
pub(crate) async fn named(name: &str, url: Option<&str>) -> Outcome<Router> {
    let url = url.ok_or("this application needs the URL of its store");
    match name {
        "plain" => Ok(plain::app()),
        "sealed" => ours::with(Config::new(Key::generate()?)),
        "sealed-anew" => ours::with(Config::new(Key::generate()?).cached_sessions(0)),
        "fastify" => ours::with(Config::new(Key::generate()?).format(Format::Fastify)),
        // Its five minutes are too short for a series of measurements.
        "hattip" => ours::with(Config::new(EncryptionKeys::generate()?).idle(DAY)),
        "memory" => stored(MemoryStore::new()),
        "memory-anew" => ours::with(Config::stored(MemoryStore::new()).cached_sessions(0)),
        "sqlite" => stored(sqlite().await?),
        "redis" => stored(RedisStore::connect(url?).await?),
        "postgres" => {
            let store = PostgresStore::connect(url?).await?;
            store.migrate().await?;
            stored(store)
        }
        "raw-redis" => raw_redis::app(url?).await,
        "tower-sessions" => Ok(tower_sessions::in_memory()),
        "tower-sessions-redis" => tower_sessions::in_redis(url?).await,
        "private-jar" => Ok(private_jar::app()),
        "axum-session" => axum_session::app().await,
        _ => Err(format!("there is no application {name}").into()),
    }
}

pub(crate) fn sealed(keys: Keyring) -> Outcome<Router> {
    ours::with(Config::new(keys))
}

pub(crate) fn stored(store: impl SessionStore) -> Outcome<Router> {
    ours::with(Config::<Auth>::stored(store))
}

async fn sqlite() -> Outcome<SqliteStore> {
    let store = SqliteStore::open(folder()?.join("sessions.db")).await?;
    store.migrate().await?;
    Ok(store)
}

/// A new folder. `tests/bench` removes the one that it is in.
pub(crate) fn folder() -> Outcome<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("bench-sqlite-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder)?;
    Ok(folder)
}
