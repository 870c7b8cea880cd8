//! A database on a server, and what one does there from outside.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{
    PASSWORD, Server,
    programs::{binaries, output},
};

/// A database that a test has for itself.
#[derive(Debug, Clone)]
pub struct Database {
    server: Arc<Server>,
    name: String,
}

impl Database {
    /// A new one on a server.
    pub fn new(server: Arc<Server>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name };
        database.on("postgres", &format!("CREATE DATABASE {}", database.name));
        database
    }

    /// A new one on the shared server. `None`: there is no server, which has been said.
    pub fn shared() -> Option<Self> {
        Server::shared().map(Self::new)
    }

    /// A new one on a server of its own.
    pub fn alone(settings: &[&str]) -> Option<Self> {
        Server::start(settings).map(Self::new)
    }

    /// Its server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL at which it is.
    pub fn url(&self) -> String {
        self.url_at(self.server.port())
    }

    /// The same through another port, as of a proxy.
    pub fn url_at(&self, port: u16) -> String {
        format!(
            "postgres://postgres:{PASSWORD}@127.0.0.1:{port}/{}",
            self.name
        )
    }

    /// Runs `sql` by itself and returns what it prints: a row a line, columns parted by `|`.
    pub fn sql(&self, sql: &str) -> String {
        self.on(&self.name, sql)
    }

    fn on(&self, database: &str, sql: &str) -> String {
        let binaries = binaries().expect("a server runs");
        let mut psql = Command::new(binaries.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
        ]);
        psql.args([
            "-p",
            &self.server.port().to_string(),
            "-U",
            "postgres",
            "-d",
            database,
        ]);
        psql.args(["-c", sql]).env("PGPASSWORD", PASSWORD);
        output(&mut psql).trim_end().to_owned()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if thread::panicking() {
            self.server.failed();
        }
    }
}
