//! What Node, Rust as it comes, and Rust as Node each make of one cookie.

use serde_json::{Value, json};
use session_runtime::Config;
use tests::key;

use crate::{
    browser::{Browser, Reply, Request},
    oracle::{NOW_MS, Oracle, Seen, hex},
    rust_server::RustServer,
    sessions::Shared,
};

/// A Node and both kinds of Rust, on one key.
pub(crate) struct Three {
    pub(crate) node: Oracle,
    pub(crate) options: Value,
    pub(crate) rust: [RustServer; 2],
}

impl Three {
    /// On one key, and nothing else said.
    pub(crate) fn start() -> Option<Self> {
        let options = json!({ "key": hex(&key(1)) });
        Self::with(options, || Config::new(key(1)))
    }

    /// On these options in Node, and this configuration in Rust.
    pub(crate) fn with(options: Value, config: impl Fn() -> Config<Shared>) -> Option<Self> {
        let rust = [config(), config().as_node()].map(|config| {
            let server = RustServer::start(config);
            server.hold(NOW_MS);
            server
        });
        Some(Self {
            node: Oracle::start()?,
            options,
            rust,
        })
    }

    /// The value of the cookie in which Node has set `field` to what this JSON says.
    pub(crate) fn node_sets(&mut self, field: &str, json: &str) -> String {
        let calls = format!(r#"[["set", "{field}", {json}]]"#);
        let answer = self.node.write(&self.options, None, &calls);
        answer.value().to_owned()
    }

    /// The JSON of what Node reads in the cookie of `browser`.
    pub(crate) fn node_reads(&mut self, browser: &Browser) -> String {
        let answer = self.node.read(&self.options, &browser.header("/session"));
        assert_eq!((answer.status, answer.cookie()), (200, None));
        answer.seen().data.get().to_owned()
    }

    /// That Rust takes this value for no session, and leaves the cookie alone.
    pub(crate) fn rust_refuses(&self, value: &str, reason: &str) {
        for server in &self.rust {
            let mut browser = Browser::with("session", value);
            let reply = browser.send(server.port, Request::get("/session"));
            assert_eq!((reply.status, reply.set_cookie.len()), (200, 0));
            assert_eq!(seen(&reply)["reason"], reason);
            assert_eq!(seen(&reply)["data"], json!({}));
        }
    }

    /// What Rust reads in this value.
    pub(crate) fn rust_reads(&self, value: &str) -> String {
        let read = self.rust.each_ref().map(|server| {
            let mut browser = Browser::with("session", value);
            let reply = browser.send(server.port, Request::get("/session"));
            assert_eq!((reply.status, reply.set_cookie.len()), (200, 0));
            let seen: Seen = serde_json::from_str(&reply.body).unwrap();
            seen.data.get().to_owned()
        });
        let [strict, as_node] = read;
        assert_eq!(strict, as_node);
        strict
    }

    /// The browsers in which Rust has called these methods, with this cookie before.
    pub(crate) fn rust_calls(&self, value: Option<&str>, calls: &Value) -> [(Browser, Reply); 2] {
        self.rust.each_ref().map(|server| {
            let cookie = value.map(|value| Browser::with("session", value));
            let mut browser = cookie.unwrap_or_default();
            let request = calls.to_string();
            let reply = browser.send(server.port, Request::post("/session", &request));
            (browser, reply)
        })
    }
}

pub(crate) fn seen(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}
