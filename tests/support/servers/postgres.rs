//! A Postgres server of a test's own, or one that tests share.
//!
//! `initdb` runs once a process. A server ends, and its directory goes, when it is dropped or the
//! process ends, however it ends: a shell waits for that at the other end of a pipe.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod database;
mod programs;

use std::{
    fs,
    io::Write,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub use database::Database;
pub use programs::other_user;
use programs::{binaries, directory, free_port, output, say, template, user, watch};

/// How long a server may take to come up or go down on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// The password of the user `postgres`.
pub const PASSWORD: &str = "correct-horse";

/// A running server.
#[derive(Debug)]
pub struct Server {
    directory: PathBuf,
    port: u16,
    settings: Vec<String>,
    process: Mutex<Option<Child>>,
    watch: Mutex<Child>,
    has_failed: AtomicBool,
}

impl Server {
    /// Starts a server with `settings` (`name=value`). `None`: there is none, which has been said.
    pub fn start(settings: &[&str]) -> Option<Arc<Self>> {
        let binaries = binaries()?;
        let directory = directory("server");
        output(user(
            Command::new("cp")
                .arg("-R")
                .arg(template(&binaries))
                .arg(directory.join("data")),
        ));
        let mut server = Self {
            watch: Mutex::new(watch(&directory)),
            directory,
            port: 0,
            settings: settings.iter().map(|&setting| setting.to_owned()).collect(),
            process: Mutex::new(None),
            has_failed: AtomicBool::new(false),
        };
        for _ in 0..5 {
            server.port = free_port();
            if server.try_launch(&binaries) {
                return Some(Arc::new(server));
            }
        }
        panic!("no server came up: {}", server.log());
    }

    /// A server that tests share as long as any of them holds it. It does not wait for the disk.
    pub fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Self::start(&["fsync=off", "max_connections=400"])?;
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Its port on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it as an administrator does, and starts it again.
    pub fn restart(&self) {
        self.signal("INT", &[]);
        self.wait_for_end(&[]);
        self.launch();
    }

    /// Kills it and all its processes in an instant.
    pub fn kill(&self) {
        let children = self.children();
        self.signal("KILL", &children);
        self.wait_for_end(&children);
    }

    /// Starts it after [`kill`](Self::kill).
    pub fn launch(&self) {
        let binaries = binaries().expect("it has run before");
        assert!(
            self.try_launch(&binaries),
            "it does not come up: {}",
            self.log()
        );
    }

    /// Makes it hang: its connections stay, and nothing answers.
    pub fn hang(&self) {
        self.signal("STOP", &self.children());
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("CONT", &self.children());
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    fn try_launch(&self, binaries: &Path) -> bool {
        let mut log = fs::OpenOptions::new();
        let log = log
            .create(true)
            .append(true)
            .open(self.directory.join("log"));
        let log = log.expect("a log");
        let mut command = Command::new(binaries.join("postgres"));
        command.arg("-D").arg(self.directory.join("data"));
        command.args(["-p", &self.port.to_string(), "-h", "127.0.0.1"]);
        command.args(["-c", "unix_socket_directories="]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command
            .stdin(Stdio::null())
            .stderr(log.try_clone().expect("a log"))
            .stdout(log);
        // An interrupt at the terminal is not for it: the watch ends it.
        let mut process = user(command.process_group(0)).spawn().expect("a server");
        let deadline = Instant::now() + DEADLINE;
        let port = self.port.to_string();
        while Instant::now() < deadline {
            let mut ready = Command::new(binaries.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-p", &port]);
            if process.try_wait().expect("a child").is_some() {
                break;
            }
            if ready.status().expect("pg_isready").success() {
                *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(process);
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = process.kill();
        let _ = process.wait();
        false
    }

    /// That a test of it has failed: its log is kept.
    fn failed(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    fn id(&self) -> u32 {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        process.as_ref().expect("it runs").id()
    }

    fn children(&self) -> Vec<u32> {
        let all = output(Command::new("ps").args(["-A", "-o", "pid=,ppid="]));
        let parent = self.id();
        let child = |line: &str| {
            let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
            let child = numbers.next()??;
            (numbers.next()?? == parent).then_some(child)
        };
        all.lines().filter_map(child).collect()
    }

    fn signal(&self, signal: &str, children: &[u32]) {
        let all = std::iter::once(self.id()).chain(children.iter().copied());
        // A child may have ended since.
        let _ = Command::new("kill")
            .args(["-s", signal])
            .args(all.map(|id| id.to_string()))
            .stderr(Stdio::null())
            .status();
    }

    fn wait_for_end(&self, children: &[u32]) {
        let process = self
            .process
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        process.expect("it runs").wait().expect("its end");
        let deadline = Instant::now() + DEADLINE;
        while children
            .iter()
            .any(|id| Path::new(&format!("/proc/{id}")).exists())
        {
            assert!(Instant::now() < deadline, "its processes do not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let watch = self.watch.get_mut().unwrap_or_else(PoisonError::into_inner);
        if *self.has_failed.get_mut() || thread::panicking() {
            let log = self.directory.join("log");
            say(&format!("the server's log: {}", log.display()));
            if let Some(pipe) = &mut watch.stdin {
                let _ = pipe.write_all(b"keep\n");
            }
        }
        drop(watch.stdin.take());
        let _ = watch.wait();
        let process = self
            .process
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(process) = process {
            let _ = process.wait();
        }
    }
}
