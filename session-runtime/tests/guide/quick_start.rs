//! The quick start, as a reader does it: a new program, built and asked.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    book::{self, Block, Shown, root},
    scratch::{self, Scratch},
};

pub(crate) const HERE: &str = "session-runtime/tests/guide/quick_start.rs";
pub(crate) const CHAPTER: &str = "guide/quick-start.md";

/// How each of its blocks of commands begins, in their order.
const BLOCKS: [&str; 4] = ["cargo new", "cargo run", "curl", "export"];

struct QuickStart(Vec<Block>);

impl QuickStart {
    fn read() -> Self {
        Self(book::blocks(&book::chapter(CHAPTER).text))
    }

    fn commands(&self) -> impl Iterator<Item = &str> {
        let is_run =
            |block: &&Block| matches!(Shown::of(block), Some(Shown::Run(by)) if by == HERE);
        self.0.iter().filter(is_run).map(|block| &*block.text)
    }

    /// The block that begins so.
    fn command(&self, begin: &str) -> &str {
        assert!(BLOCKS.contains(&begin));
        self.commands().find(|it| it.starts_with(begin)).unwrap()
    }

    fn first(&self, language: &str) -> &str {
        let mut blocks = self.0.iter();
        &blocks
            .find(|block| block.language == language)
            .unwrap()
            .text
    }

    fn printed(&self) -> &str {
        let mut blocks = self.0.iter();
        let found = blocks.find(|block| block.comment.as_deref() == Some("printed"));
        &found.unwrap().text
    }
}

/// The program of the guide, stopped when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The project, with what differs here: where the library is, what is built already, and a port
/// that is free.
fn write_project(guide: &QuickStart, folder: &Path) {
    let library = root().join("session-runtime").canonicalize().unwrap();
    let here = format!("session-runtime = {{ path = '{}' }}", library.display());
    let released = "session-runtime = \"0.1\"";
    let dependencies = guide.first("toml");
    assert!(dependencies.contains(released), "{dependencies}");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest = manifest.replace("[dependencies]\n", &dependencies.replace(released, &here));
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let program = guide.first("rust,no_run");
    assert!(program.contains("127.0.0.1:3000"));
    let program = program.replace("127.0.0.1:3000", "127.0.0.1:0");
    fs::write(folder.join("src/main.rs"), program).unwrap();
}

/// Beside what is built for the workspace, so that a second run builds nothing.
fn target() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_session"));
    program
        .ancestors()
        .nth(2)
        .unwrap()
        .join("guide-quick-start")
}

fn start(guide: &QuickStart, folder: &Path) -> (Server, String) {
    assert_eq!(guide.command("cargo run"), "cargo run\n");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let child = Command::new(cargo)
        .args(["run", "--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_PROFILE_DEV_DEBUG", "0") // half the work
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Server(child.unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    // None: it was not built, or did not start; it has said why.
    let greeting = lines.next().unwrap().unwrap();
    let address = greeting.strip_prefix("listening on ").unwrap().to_owned();
    (server, address)
}

#[test]
fn a_stranger_has_a_typed_sealed_session() {
    if !scratch::has(&["bash", "curl", "openssl"]) {
        return;
    }
    let guide = QuickStart::read();
    let scratch = Scratch::new("quick-start");
    scratch::printed(guide.command("cargo new"), scratch.path());
    let folder = scratch.path().join("shop");
    write_project(&guide, &folder);
    let (server, address) = start(&guide, &folder);
    let script = guide
        .command("curl")
        .replace("http://localhost:3000", &address);
    let printed = scratch::printed(&script, scratch.path());
    assert_eq!(printed, guide.printed());
    let jar = fs::read_to_string(scratch.path().join("jar")).unwrap();
    assert!(!jar.contains("ada"), "the session is sealed");
    drop(server);
}

#[test]
fn the_key_that_stays_is_a_key() {
    if !scratch::has(&["bash", "openssl", "printenv"]) {
        return;
    }
    let guide = QuickStart::read();
    let scratch = Scratch::new("key");
    let script = format!("{}printenv SESSION_KEY", guide.command("export"));
    let value = scratch::printed(&script, scratch.path());
    session_runtime::Key::from_base64(value.trim()).unwrap();
}

#[test]
fn no_command_of_the_quick_start_is_left_out() {
    let guide = QuickStart::read();
    let commands: Vec<_> = guide.commands().collect();
    assert_eq!(commands.len(), BLOCKS.len(), "{commands:#?}");
    for (command, begin) in commands.iter().zip(BLOCKS) {
        assert!(command.starts_with(begin), "{command}");
    }
}
