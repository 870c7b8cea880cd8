//! Where the sessions are kept: chosen on the command line.

use std::{error::Error, fmt, sync::Arc};

use clap::{Parser, ValueEnum};
use session_runtime::store::{MemoryStore, PostgresStore, RedisStore, SessionStore, SqliteStore};

/// A page that lists the devices somebody is signed in on, and ends them.
#[derive(Parser)]
pub(crate) struct Arguments {
    /// Where sessions are kept.
    #[arg(long, value_enum, default_value_t = Kind::Memory)]
    pub(crate) store: Kind,
    /// Where the store is: a file for sqlite, a URL for redis and postgres.
    #[arg(long)]
    url: Option<String>,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub(crate) port: u16,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Redis,
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
            Self::Postgres => "postgres",
        })
    }
}

pub(crate) async fn open(arguments: &Arguments) -> Result<Arc<dyn SessionStore>, Box<dyn Error>> {
    let url = |default: &str| arguments.url.clone().unwrap_or_else(|| default.to_owned());
    Ok(match arguments.store {
        Kind::Memory => Arc::new(MemoryStore::new()),
        Kind::Sqlite => {
            let store = SqliteStore::open(url("devices.db")).await?;
            store.migrate().await?;
            Arc::new(store)
        }
        Kind::Redis => Arc::new(RedisStore::connect(&url("redis://127.0.0.1/")).await?),
        Kind::Postgres => {
            let store = PostgresStore::connect(&url("postgres://postgres@127.0.0.1/")).await?;
            store.migrate().await?;
            Arc::new(store)
        }
    })
}
