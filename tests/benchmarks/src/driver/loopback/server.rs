//! A server that is running, checked, with sessions to ask it for.

use std::{
    env,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use super::visit;
use crate::{Outcome, child::Running};

pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    /// The file with a cookie header a line.
    pub(super) cookies: PathBuf,
    pub(super) has_sessions: bool,
    running: Running,
}

impl Server {
    pub(super) fn start(
        name: &'static str,
        has_sessions: bool,
        command: &mut Command,
    ) -> Outcome<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mut running = Running::start(command)?;
        let port = running.line()?.parse()?;
        let checked = visit::check(port, has_sessions);
        checked.map_err(|error| format!("{name}: {error}"))?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let cookies = env::temp_dir().join(format!("cookies-{}-{number}", std::process::id()));
        visit::write_cookies(port, has_sessions, &cookies)?;
        Ok(Self {
            name,
            port,
            cookies,
            has_sessions,
            running,
        })
    }

    /// Is asked with the cookies of another: a header costs whoever reads it.
    pub(super) fn bring_cookies_of(&mut self, other: &Self) {
        self.cookies.clone_from(&other.cookies);
    }

    pub(super) fn id(&self) -> u32 {
        self.running.id()
    }
}
