//! A Node server and a Rust server behind which one browser cannot tell them apart.

use http::Method;
use serde_json::{Value, json};
use session_runtime::{Config, CookieKeys, Key, Keyring};
use tests::key;

use crate::{
    browser::{Browser, Reply, Request, send},
    node::{Generation, Node},
    rust_server::RustServer,
    sessions::Shared,
};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Node,
    Rust,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Node, Self::Rust];
}

/// How alike they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Rust as it comes, and Node with the path and the `Secure` that Rust sends.
    Strict,
    /// Node as it comes, and Rust as Node.
    AsNode,
}

pub(crate) struct Fleet {
    /// Stopped with the fleet.
    _node: Node,
    node_port: u16,
    rust: RustServer,
}

impl Fleet {
    /// Both with the key `first`. `None`: there is no Node.
    pub(crate) fn start(generation: Generation, mode: Mode, first: u8) -> Option<Self> {
        let options = match mode {
            Mode::Strict => json!({ "cookie": { "path": "/", "secure": true } }),
            Mode::AsNode => json!({}),
        };
        let mut node = Node::start(
            "server.mjs",
            &[
                ("GENERATION", generation.name()),
                ("KEYS", &hex(&key(first))),
                ("OPTIONS", &options.to_string()),
            ],
        )?;
        let line = node.hear();
        let (_, port) = line.rsplit_once(':').unwrap();
        Some(Self {
            node_port: port.parse().unwrap(),
            _node: node,
            rust: RustServer::start(config(mode, key(first))),
        })
    }

    /// One request of `browser`, at `now_ms` on both clocks.
    pub(crate) fn send(
        &self,
        browser: &mut Browser,
        to: Side,
        now_ms: u64,
        request: Request<'_>,
    ) -> Reply {
        self.rust.hold(now_ms);
        let now = now_ms.to_string();
        let mut headers = request.headers.to_vec();
        headers.push(("x-now-ms", &now));
        let port = match to {
            Side::Node => self.node_port,
            Side::Rust => self.rust.port,
        };
        browser.send(port, request.with(&headers))
    }

    /// Gives one of them other keys, the first of which seals.
    pub(crate) fn replace_keys(&self, of: Side, keys: &[u8]) {
        let mut keys = keys.iter().map(|n| key(*n));
        match of {
            Side::Rust => {
                let current = Keyring::new(keys.next().unwrap());
                self.rust
                    .replace_keys(keys.fold(current, Keyring::also_open));
            }
            Side::Node => {
                let keys: Vec<_> = keys.map(|key| hex(&key)).collect();
                let request = Request {
                    method: &Method::PUT,
                    body: &Value::from(keys).to_string(),
                    ..Request::get("/keys")
                };
                let reply = send(self.node_port, request, "");
                assert_eq!(reply.status, 204, "{}", reply.body);
            }
        }
    }
}

/// What one writes in Rust.
fn config(mode: Mode, keys: impl Into<CookieKeys>) -> Config<Shared> {
    match mode {
        Mode::Strict => Config::new(keys),
        Mode::AsNode => Config::new(keys).as_node(),
    }
}

fn hex(key: &Key) -> String {
    base16ct::lower::encode_string(key.expose_bytes())
}
