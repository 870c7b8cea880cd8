//! One cookie that goes from a Node server to a Rust router and back.

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use cookie::Cookie;
use http::Method;
use serde_json::{Value, json};
use session_runtime::testing::HeldClock;
use tests::Client;

use crate::{
    browser::{Request, send},
    node::Node,
};

/// Both servers, the time that both are told, and the cookie.
pub(crate) struct Jar {
    name: &'static str,
    /// Stopped with it.
    _node: Node,
    port: u16,
    pub(crate) clock: HeldClock,
    /// Unix milliseconds.
    pub(crate) now: u64,
    pub(crate) cookie: Option<String>,
}

impl Jar {
    /// Starts a server with `system`. `None`: there is no Node, which has been said.
    pub(crate) fn start(
        name: &'static str,
        system: &str,
        options: &Value,
        more: &[(&str, &str)],
    ) -> Option<Self> {
        let options = options.to_string();
        let mut variables = vec![("SYSTEM", system), ("OPTIONS", &options)];
        variables.extend(more);
        let mut node = Node::start("server.mjs", &variables)?;
        let line = node.hear();
        let (_, port) = line.rsplit_once(':').unwrap();
        Some(Self {
            name,
            port: port.parse().unwrap(),
            _node: node,
            clock: HeldClock::new(),
            now: 1_790_000_000_123,
            cookie: None,
        })
    }

    /// One request to Node, over https as far as it knows; what it sees then.
    pub(crate) fn node(&mut self, calls: &Value) -> Value {
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map(|value| format!("{}={value}", self.name));
        let now = self.now.to_string();
        let headers = [("x-now-ms", &*now), ("x-forwarded-proto", "https")];
        let body = calls.to_string();
        let request = match calls {
            Value::Null => Request::get("/session"),
            _ => Request::post("/session", &body),
        };
        let reply = send(
            self.port,
            request.with(&headers),
            &cookie.unwrap_or_default(),
        );
        assert_eq!(reply.status, 200, "{}", reply.body);
        for line in &reply.set_cookie {
            let cookie = Cookie::parse(line).unwrap();
            self.cookie = (!cookie.value().is_empty()).then(|| cookie.value().to_owned());
        }
        serde_json::from_str(&reply.body).unwrap()
    }

    /// One request to Rust; what it answers.
    pub(crate) async fn rust(&mut self, router: &Router, path: &str) -> String {
        self.clock.set(UNIX_EPOCH + Duration::from_millis(self.now));
        let mut client = Client::new(router.clone());
        if let Some(value) = &self.cookie {
            client.set_cookie(self.name, value);
        }
        let answer = client.get(path).await;
        assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
        self.cookie = client.cookie(self.name).map(str::to_owned);
        answer.text()
    }

    /// Node goes on with other keys.
    pub(crate) fn give_node(&self, keys: &[String]) {
        let body = json!(keys).to_string();
        let request = Request {
            method: &Method::PUT,
            body: &body,
            ..Request::get("/keys")
        };
        let reply = send(self.port, request, "");
        assert_eq!(reply.status, 204, "{}", reply.body);
    }
}
