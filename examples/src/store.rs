//! Where the sessions are kept: chosen on the command line.

use std::{error::Error, fmt, sync::Arc};

use clap::{Args, ValueEnum};
use session_runtime::store::{MemoryStore, PostgresStore, RedisStore, SessionStore, SqliteStore};

/// The arguments that choose a store.
#[derive(Args, Debug)]
#[non_exhaustive]
pub struct StoreArguments {
    /// Where sessions are kept.
    #[arg(long = "store", value_enum, default_value_t = Kind::Memory)]
    pub kind: Kind,
    /// Where the store is: a file for sqlite, a URL for redis and postgres.
    #[arg(long)]
    pub url: Option<String>,
}

/// The stores there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Kind {
    /// In this process: gone when it stops.
    Memory,
    /// In a file.
    Sqlite,
    /// In Redis or Valkey.
    Redis,
    /// In a table of PostgreSQL.
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

impl StoreArguments {
    /// The file of SQLite; `default` unless the command line has another.
    pub fn file<'a>(&'a self, default: &'a str) -> &'a str {
        self.url.as_deref().unwrap_or(default)
    }

    /// Opens the store. `file` is where SQLite keeps it unless the command line says otherwise.
    ///
    /// # Errors
    ///
    /// If it is out of reach, or is none.
    pub async fn open(&self, file: &str) -> Result<Arc<dyn SessionStore>, Box<dyn Error>> {
        let url = |default: &str| self.url.clone().unwrap_or_else(|| default.to_owned());
        Ok(match self.kind {
            Kind::Memory => Arc::new(MemoryStore::new()),
            Kind::Sqlite => {
                let store = SqliteStore::open(self.file(file)).await?;
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
}
