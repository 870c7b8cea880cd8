//! The programs of a Postgres server, and where and as whom they run.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::PASSWORD;

/// Where the programs are. `None`: nowhere, which has been said.
pub(super) fn binaries() -> Option<PathBuf> {
    static BINARIES: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = BINARIES.get_or_init(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
        let packaged = versions.flatten().map(|entry| entry.path().join("bin"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places: Vec<_> = packaged.chain(std::env::split_paths(&path)).collect();
        places.retain(|place| place.join("initdb").exists() && place.join("postgres").exists());
        places.into_iter().next()
    });
    if found.is_none() {
        leave_out("no initdb in /usr/lib/postgresql/*/bin or PATH");
    }
    found.clone()
}

fn leave_out(why: &str) {
    let required = std::env::var("LIVE_STORES").is_ok_and(|value| value == "required");
    assert!(!required, "LIVE_STORES=required, but {why}");
    let test = thread::current().name().unwrap_or("a test").to_owned();
    say(&format!("left out: {test}: {why}"));
}

/// A data directory to copy, made once a process.
pub(super) fn template(binaries: &Path) -> PathBuf {
    static TEMPLATE: OnceLock<(PathBuf, Mutex<Child>)> = OnceLock::new();
    let (directory, _) = TEMPLATE.get_or_init(|| {
        let directory = directory("template");
        let watch = Mutex::new(watch(&directory));
        let password = directory.join("password");
        fs::write(&password, PASSWORD).expect("a file");
        let mut initdb = Command::new(binaries.join("initdb"));
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]);
        initdb
            .arg("--pwfile")
            .arg(password)
            .arg("-D")
            .arg(directory.join("data"));
        output(user(&mut initdb));
        (directory, watch)
    });
    directory.join("data")
}

/// A directory for the user who runs servers.
pub(super) fn directory(what: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("session-postgres-{}-{what}-{number}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir(&directory).expect("a directory");
    if let Some((user, group)) = other_user() {
        std::os::unix::fs::chown(&directory, Some(user), Some(group)).expect("its owner");
    }
    directory
}

/// Servers refuse to run as root, and run as `postgres` then.
pub(super) fn user(command: &mut Command) -> &mut Command {
    match other_user() {
        Some((user, group)) => command.uid(user).gid(group).current_dir("/"),
        None => command,
    }
}

/// Its number and that of its group, if it is not this one.
pub fn other_user() -> Option<(u32, u32)> {
    static OTHER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    let id = |arguments: &[&str]| {
        let id = output(Command::new("id").args(arguments));
        id.trim().parse::<u32>().expect("a number")
    };
    *OTHER.get_or_init(|| {
        (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
    })
}

/// Ends the server in `directory` and removes that, unless told to keep its log, as soon as the
/// other end of its input is closed.
pub(super) fn watch(directory: &Path) -> Child {
    const SCRIPT: &str = r#"
        trap '' INT
        read -r word
        if id=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null); then
            children=$(ps -A -o pid=,ppid= | awk -v parent="$id" '$2 == parent { print $1 }')
            kill -s KILL "$id" $children 2>/dev/null
        fi
        rm -rf "$0/data"
        test "$word" = keep || rm -rf "$0"
    "#;
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT]).arg(directory).process_group(0);
    shell.stdin(Stdio::piped()).spawn().expect("a shell")
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

pub(super) fn output(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("a program");
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(
        status.success(),
        "{}: {stderr}",
        command.get_program().display()
    );
    String::from_utf8_lossy(&stdout).into_owned()
}

/// Prints a line even if the test passes, when what goes through `println!` is dropped.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
