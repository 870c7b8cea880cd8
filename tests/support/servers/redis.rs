//! Redis as a child process, alone or as a cluster of three: on free ports, with a folder of its
//! own, ended and removed when it is dropped.
//!
//! The program is `redis-server`, or what `REDIS_SERVER` says.

#![expect(
    clippy::missing_panics_doc,
    reason = "a test that cannot go on has failed"
)]

use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use redis::{Client, Connection, FromRedisValue, RedisResult};

/// How long a server may take to come up, or a cluster to agree.
const DEADLINE: Duration = Duration::from_secs(30);

/// How often it is asked whether it is up.
const INTERVAL: Duration = Duration::from_millis(5);

/// A server that is running.
#[derive(Debug)]
pub struct RedisServer {
    process: Child,
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
    password: Option<String>,
}

impl RedisServer {
    /// Starts one that keeps nothing on disk, with options as on its command line
    /// (`["--appendonly", "yes"]`). `None`: there is no such program, which has been said.
    pub fn start(options: &[&str]) -> Option<Self> {
        if let Err(error) = Command::new(program()).arg("--version").output() {
            leave_out(&format!("{} does not run: {error}", program()));
            return None;
        }
        let mut after = options.iter().skip_while(|it| **it != "--requirepass");
        let password = after.nth(1).map(|password| (*password).to_owned());
        let options: Vec<_> = options.iter().map(|it| (*it).to_owned()).collect();
        loop {
            let port = free_port();
            let name = format!("session-redis-{}-{port}", std::process::id());
            let folder = env::temp_dir().join(name);
            fs::create_dir_all(&folder).expect("a folder for the server");
            let mut server = Self {
                process: spawn(port, &folder, &options),
                port,
                folder,
                password: password.clone(),
                options: options.clone(),
            };
            if server.comes_up() {
                return Some(server);
            }
        }
    }

    /// Where it is, with its password if it has one.
    pub fn url(&self) -> String {
        match &self.password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}/", self.port),
            None => format!("redis://127.0.0.1:{}/", self.port),
        }
    }

    /// Its port on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Sends one command over a connection of its own.
    pub fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        self.try_ask(command).expect("an answer")
    }

    /// The same, where an error is an answer too.
    ///
    /// # Errors
    ///
    /// What the server answers, or why it does not.
    pub fn try_ask<T: FromRedisValue>(&self, command: &[&str]) -> RedisResult<T> {
        let mut cmd = redis::Cmd::new();
        for arg in command {
            cmd.arg(*arg);
        }
        cmd.query(&mut self.connection()?)
    }

    /// A connection of the caller's own.
    ///
    /// # Errors
    ///
    /// If it is killed, or hangs.
    pub fn connection(&self) -> RedisResult<Connection> {
        Client::open(self.url())?.get_connection_with_timeout(DEADLINE)
    }

    /// Ends it as a loss of power does its process: it writes nothing any more.
    pub fn kill(&mut self) {
        self.process.kill().expect("a process");
        self.process.wait().expect("its end");
    }

    /// Starts it again, after [`kill`](Self::kill), where it was and with what it has kept.
    pub fn start_again(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            self.process = spawn(self.port, &self.folder, &self.options);
            if self.comes_up() {
                return;
            }
            assert!(Instant::now() < deadline, "it does not come up again");
        }
    }

    /// Ends it in good order and starts it again.
    pub fn restart(&mut self) {
        // It answers by closing the connection.
        let _ = self.try_ask::<()>(&["SHUTDOWN"]);
        self.process.wait().expect("its end");
        self.start_again();
    }

    /// It hears and says nothing until [`go_on`](Self::go_on); its connections stay.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Ends what [`hang`](Self::hang) began.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.expect("kill").success(), "kill {signal}");
    }

    /// Waits until it answers. `false`: it has ended, for somebody else has its port.
    fn comes_up(&mut self) -> bool {
        let deadline = Instant::now() + DEADLINE;
        // Who answers may be another test's.
        let mine = format!("process_id:{}\r", self.process.id());
        loop {
            if self.process.try_wait().expect("a process").is_some() {
                return false;
            }
            let info = self.try_ask::<String>(&["INFO"]).unwrap_or_default();
            if info.contains(&mine) && info.contains("\nloading:0\r") {
                return true;
            }
            assert!(Instant::now() < deadline, "the server does not come up");
            sleep(INTERVAL);
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // A test may have ended it, and its folder may be needed no more.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Three servers that share the keys between them.
#[derive(Debug)]
pub struct RedisCluster {
    /// Each has every third slot.
    pub nodes: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts one and waits until its nodes agree. `None`: there is no program, which has been said.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same, each node with these options.
    pub fn start_with(options: &[&str]) -> Option<Self> {
        let mut all = vec!["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
        all.extend(options);
        let options = all;
        let nodes: Option<Vec<_>> = (0..3).map(|_| RedisServer::start(&options)).collect();
        let nodes = nodes?;
        let first = nodes.first().expect("three");
        for (number, node) in nodes.iter().enumerate() {
            let slots = (0..16384).filter(|slot| slot % 3 == number);
            let slots: Vec<_> = slots.map(|slot| slot.to_string()).collect();
            let add = ["CLUSTER", "ADDSLOTS"].into_iter();
            let add: Vec<_> = add.chain(slots.iter().map(String::as_str)).collect();
            node.ask::<()>(&add);
            let epoch = (number + 1).to_string();
            node.ask::<()>(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch]);
            node.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &first.port.to_string()]);
        }
        let cluster = Self { nodes };
        cluster.agrees();
        Some(cluster)
    }

    /// Those of all nodes.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(RedisServer::url).collect()
    }

    /// Waits until every node sees all of them and all slots.
    pub fn agrees(&self) {
        let deadline = Instant::now() + DEADLINE;
        let is_ready = |node: &RedisServer| {
            let info = node.ask::<String>(&["CLUSTER", "INFO"]);
            let nodes = node.ask::<String>(&["CLUSTER", "NODES"]);
            info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:3")
                && !nodes.contains("handshake")
                && nodes.matches(" connected ").count() == 3
        };
        while !self.nodes.iter().all(is_ready) {
            assert!(Instant::now() < deadline, "the cluster does not agree");
            sleep(INTERVAL);
        }
    }
}

fn program() -> String {
    env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned())
}

fn spawn(port: u16, folder: &Path, options: &[String]) -> Child {
    Command::new(program())
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", ""])
        .arg("--dir")
        .arg(folder)
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a server")
}

/// One that nobody has at this moment, and neither the one by which nodes of a cluster talk.
fn free_port() -> u16 {
    // Below those that the system hands out. Two processes begin at different places.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 9_000).expect("less than 9,000");
    loop {
        let port = 12_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 9_000;
        let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if is_free(port) && is_free(port + 10_000) {
            return port;
        }
    }
}

/// Says what is not tested and passes, unless `LIVE_STORES=required`.
fn leave_out(why: &str) {
    let required = env::var("LIVE_STORES").is_ok_and(|value| value == "required");
    assert!(!required, "LIVE_STORES=required, but {why}");
    let test = thread::current().name().unwrap_or("a test").to_owned();
    // What goes through `println!` is dropped when the test passes.
    let _ = writeln!(io::stderr(), "left out: {test}: {why}");
}
