//! Node as a child process: started, heard line by line, and stopped when it is dropped.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

/// How long anything may take: deriving a key from a passphrase on a busy machine, at the most.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The packages of one time. Each wrote cookies that are still about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    Current,
    Prev,
    F4,
}

impl Generation {
    pub(crate) const ALL: [Self; 3] = [Self::Current, Self::Prev, Self::F4];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Prev => "prev",
            Self::F4 => "f4",
        }
    }

    /// Where they are, seen from this package.
    const fn folder(self) -> &'static str {
        match self {
            Self::Current => "interop/node",
            Self::Prev => "interop/node/prev",
            Self::F4 => "interop/node/f4",
        }
    }

    fn is_installed(self) -> bool {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.folder());
        let packages: &[&str] = match self {
            Self::Current => &[
                "@fastify/secure-session",
                "@fastify/session",
                "@hattip/session",
            ],
            Self::Prev | Self::F4 => &["@fastify/secure-session", "@fastify/session"],
        };
        let mut packages = packages.iter();
        packages.all(|package| folder.join("node_modules").join(package).exists())
    }
}

/// A program of `tests/interop/node` that is running.
pub(crate) struct Node {
    process: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Node {
    /// Starts `script`. `None`: there is no Node, which has been said.
    pub(crate) fn start(script: &str, variables: &[(&str, &str)]) -> Option<Self> {
        if let Some(why) = missing() {
            leave_out(&why);
            return None;
        }
        let mut process = Command::new("node")
            .arg(script)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(Generation::Current.folder()))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // A pipe knows no deadline, a channel does. The thread ends with the process.
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Some(Self {
            input: process.stdin.take().unwrap(),
            process,
            lines,
        })
    }

    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    pub(crate) fn hear(&mut self) -> String {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => line,
            Err(error) => panic!("node says nothing: {error}"),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Why there is no Node to ask.
fn missing() -> Option<String> {
    let Ok(version) = Command::new("node").arg("--version").output() else {
        return Some("node is not installed".to_owned());
    };
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut number = || numbers.next()?.parse::<u32>().ok();
    // The packages `require` others that are written as modules.
    if (number(), number()) < (Some(20), Some(19)) {
        return Some(format!("node {version} is too old: they need 20.19"));
    }
    let mut generations = Generation::ALL.into_iter();
    let absent = generations.find(|generation| !generation.is_installed())?;
    let folder = absent.folder();
    Some(format!("`npm ci` has not been run in tests/{folder}"))
}

fn leave_out(why: &str) {
    let required = std::env::var("LIVE_NODE").is_ok_and(|value| value == "required");
    assert!(!required, "LIVE_NODE=required, but {why}");
    let test = thread::current().name().unwrap_or("a test").to_owned();
    say(&format!("left out: {test}: {why}"));
}

/// Prints a line even if the test passes, when what goes through `println!` is dropped.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
