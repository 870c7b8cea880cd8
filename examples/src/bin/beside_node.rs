//! One session, two servers: Node writes what Rust reads, and the other way round.
//!
//! `cargo run -p examples --bin beside_node`: @fastify/secure-session and axum, on one key.

#![expect(clippy::print_stdout, reason = "it talks to a person at a terminal")]

use std::{
    error::Error,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitCode, Stdio},
    time::Duration,
};

use axum::{Json, Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};
use tokio::{net::TcpListener, runtime::Runtime};

/// What both servers agree on. The cookie's name is `session`, which is Node's default too.
#[derive(SecureSession, Serialize, Deserialize, Default, Clone)]
#[session(name = "session", format = "fastify")]
struct Shop {
    user: Option<String>,
    cart: Vec<String>,
}

#[derive(SessionRegistry)]
struct Sessions {
    shop: Config<Shop>,
}

async fn see(session: Session<Shop>) -> Json<Shop> {
    Json(session.data().clone())
}

async fn add_tea(mut session: Session<Shop>) -> Json<Shop> {
    session.update_cart(|cart| cart.push("tea".to_owned()));
    Json(session.data().clone())
}

async fn sign_out(mut session: Session<Shop>) {
    session.delete();
}

/// Starts the Rust server, and says its port.
fn start_rust(runtime: &Runtime, key: &Key) -> Result<u16, Box<dyn Error>> {
    let shop = Config::new(key.clone());
    let app = Unmounted::new(Sessions { shop })?.mount(|_| {
        let session = get(see).post(add_tea).delete(sign_out);
        Router::new().route("/session", session)
    });
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let port = listener.local_addr()?.port();
    runtime.spawn(async { axum::serve(listener, app).await });
    Ok(port)
}

/// A Node server, stopped when it is dropped.
struct Node {
    process: Child,
    port: u16,
}

impl Node {
    fn start(key: &Key) -> Result<Self, Box<dyn Error>> {
        let bytes = key.expose_bytes().iter();
        let hex: Vec<_> = bytes.map(|byte| format!("{byte:02x}")).collect();
        let process = Command::new("node")
            .arg(node_folder().join("server.mjs"))
            .env("KEYS", hex.concat())
            // What Rust sends unless told otherwise: both must name one and the same cookie.
            .env("OPTIONS", r#"{"cookie":{"path":"/","secure":true}}"#)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut node = Self { process, port: 0 };
        let mut lines = BufReader::new(node.process.stdout.take().ok_or("no output")?).lines();
        let line = lines.next().ok_or("node did not start")??;
        node.port = line.rsplit_once(':').ok_or("no port")?.1.parse()?;
        Ok(node)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn node_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/interop/node")
}

/// One request with the cookie, which that of the answer replaces. Says what was answered.
fn ask(port: u16, line: &str, body: &str, cookie: &mut String) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (length, json) = (
        body.len(),
        "content-type: application/json\r\ncontent-length",
    );
    let head = format!("{line} /session HTTP/1.0\r\ncookie: {cookie}\r\n{json}: {length}");
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let set = head.lines().find_map(|line| line.split_once("session="));
    if let Some((value, _)) = set.and_then(|(_, rest)| rest.split_once(';')) {
        *cookie = format!("session={value}");
        if value.is_empty() {
            cookie.clear(); // the answer removes it
        }
    }
    Ok(body.to_owned())
}

fn back_and_forth(node: u16, rust: u16) -> Result<(), Box<dyn Error>> {
    println!("one key, one cookie: node on port {node}, rust on port {rust}\n");
    let user = r#"[["set","user","ada"],["set","theme","dark"]]"#;
    let keep = r#"[["regenerate",["user"]]]"#;
    let mut cookie = String::new();
    for (who, port, what, method, body) in [
        ("node", node, "sets user and theme", "POST", user),
        ("rust", rust, "knows no theme", "GET", ""),
        ("rust", rust, "adds tea to the cart", "POST", ""),
        ("node", node, "still has the theme", "GET", ""),
        ("node", node, "regenerates, keeps user", "POST", keep),
        ("rust", rust, "deletes the session", "DELETE", ""),
        ("node", node, "sees nobody", "GET", ""),
    ] {
        let seen = ask(port, method, body, &mut cookie)?;
        println!("{who}  {what:<24} cookie {:>3} bytes  {seen}", cookie.len());
    }
    Ok(())
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let has_node = Command::new("node").arg("--version").output().is_ok();
    if !has_node || !node_folder().join("node_modules").exists() {
        println!("Node (20.19 or later) or its packages are missing. These bring them:\n");
        println!("  sudo apt-get install nodejs npm\n  npm ci --prefix tests/interop/node");
        return Ok(ExitCode::FAILURE);
    }
    let (runtime, key) = (Runtime::new()?, Key::generate()?);
    let (node, rust) = (Node::start(&key)?, start_rust(&runtime, &key)?);
    back_and_forth(node.port, rust)?;
    Ok(ExitCode::SUCCESS)
}
