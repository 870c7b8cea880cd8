//! Another process: this program once more, with one of its tests as what it does.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use session_runtime::store::Durability;

const DATABASE: &str = "STORES_SQLITE_DATABASE";
const DURABILITY: &str = "STORES_SQLITE_DURABILITY";
const DEADLINE: Duration = Duration::from_secs(60);

/// A process that runs the test `role`, which must begin with [`role`].
pub(super) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    pub(super) fn start(role: &str, database: &Path, durability: Durability) -> Self {
        Self::start_in(Path::new("."), role, database, durability)
    }

    /// The same, with `folder` as what relative paths are relative to.
    pub(super) fn start_in(
        folder: &Path,
        role: &str,
        database: &Path,
        durability: Durability,
    ) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "--test-threads=1", role])
            .current_dir(folder)
            .env(DATABASE, database)
            .env(DURABILITY, format!("{durability:?}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines(child.stdout.take().unwrap());
        let input = child.stdin.take();
        Self {
            child,
            input,
            lines,
        }
    }

    /// The next thing that it says. `None`: it has ended.
    pub(super) fn hear(&self) -> Option<String> {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(error) => panic!("the other process says nothing: {error}"),
        }
    }

    /// Lets it go on after [`wait`].
    pub(super) fn release(&mut self) {
        self.input = None;
    }

    /// Ends it as the kernel does when memory is short: at once.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn succeeds(mut self) {
        self.release();
        while self.hear().is_some() {}
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it says that does not come from the test harness.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // The harness writes the name of the test, without a line's end, before the first.
            if let Some((_, said)) = line.split_once(MARK)
                && sender.send(said.to_owned()).is_err()
            {
                break;
            }
        }
    });
    lines
}

const MARK: &str = "said: ";

/// What this process was started for: a database, and how durable. `None`: it is no child, and the
/// test that asks has nothing to do.
pub(super) fn role() -> Option<(PathBuf, Durability)> {
    let database = PathBuf::from(env::var_os(DATABASE)?);
    let durability = match env::var(DURABILITY).unwrap().as_str() {
        "Full" => Durability::Full,
        _ => Durability::Normal,
    };
    Some((database, durability))
}

/// To the process that started this one.
pub(super) fn say(what: &str) {
    // One call, one write: what was said before a kill has arrived whole.
    io::stdout()
        .write_all(format!("{MARK}{what}\n").as_bytes())
        .unwrap();
    io::stdout().flush().unwrap();
}

/// Until the other process lets this one go on, or ends.
pub(super) fn wait() {
    io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
}
