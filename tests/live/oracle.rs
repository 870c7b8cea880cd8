//! The real packages, asked one request at a time, at a time of the test's choice.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use session_runtime::Key;

use crate::node::{Generation, Node};

/// Node with every generation of the packages.
pub(crate) struct Oracle {
    node: Node,
    pub(crate) generation: Generation,
    pub(crate) now_ms: u64,
}

/// What one request to an application brought.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) set_cookie: Vec<String>,
    body: String,
}

/// The session as its handler saw it in the end. Not parsed: Node can say what `serde_json`
/// cannot hold.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    pub(crate) data: Box<RawValue>,
    pub(crate) ts: Value,
}

#[derive(Serialize)]
struct Request<'a> {
    generation: &'static str,
    options: &'a Value,
    now_ms: u64,
    cookie: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ops: Option<&'a RawValue>,
}

/// The time in tests that do not care: 2026-09-21.
pub(crate) const NOW_MS: u64 = 1_790_000_000_000;

impl Oracle {
    pub(crate) fn start() -> Option<Self> {
        let node = Node::start("oracle.mjs", &[])?;
        Some(Self {
            node,
            generation: Generation::Current,
            now_ms: NOW_MS,
        })
    }

    /// A request that only reads, with this Cookie header.
    pub(crate) fn read(&mut self, options: &Value, cookie: &str) -> Answer {
        self.request(options, Some(cookie), None)
    }

    /// A request that calls methods: `[["set", "user", "ada"], ["touch"]]`.
    pub(crate) fn write(&mut self, options: &Value, cookie: Option<&str>, ops: &str) -> Answer {
        let ops = RawValue::from_string(ops.to_owned()).unwrap();
        self.request(options, cookie, Some(&ops))
    }

    fn request(&mut self, options: &Value, cookie: Option<&str>, ops: Option<&RawValue>) -> Answer {
        let request = Request {
            generation: self.generation.name(),
            options,
            now_ms: self.now_ms,
            cookie,
            ops,
        };
        let answer = self.ask(&serde_json::to_string(&request).unwrap());
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    fn ask(&mut self, request: &str) -> String {
        self.node.say(request);
        self.node.hear()
    }

    /// The installed version of each package.
    pub(crate) fn versions(&mut self) -> Value {
        let request = json!({ "versions": self.generation.name() });
        serde_json::from_str(&self.ask(&request.to_string())).unwrap()
    }

    /// The value of a cookie with this text inside.
    pub(crate) fn seal(&mut self, key: &Key, text: &str) -> String {
        let request = json!({ "seal": { "key": hex(key), "text": text } });
        let answer: Value = serde_json::from_str(&self.ask(&request.to_string())).unwrap();
        answer["value"].as_str().unwrap().to_owned()
    }

    /// The text inside the value of a cookie.
    pub(crate) fn open(&mut self, key: &Key, value: &str) -> String {
        let request = json!({ "open": { "key": hex(key), "value": value } });
        let answer: Value = serde_json::from_str(&self.ask(&request.to_string())).unwrap();
        answer["text"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    pub(crate) fn seen(&self) -> Seen {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn data(&self) -> Value {
        serde_json::from_str(self.seen().data.get()).unwrap()
    }

    /// `name=value` of the cookie it sets, if it does.
    pub(crate) fn cookie(&self) -> Option<&str> {
        let line = self.set_cookie.first()?;
        Some(line.split_once(';').map_or(&**line, |(pair, _)| pair))
    }

    /// The value of the cookie it sets.
    pub(crate) fn value(&self) -> &str {
        self.cookie().unwrap().split_once('=').unwrap().1
    }
}

/// A key as Node's options have it.
pub(crate) fn hex(key: &Key) -> Value {
    json!({ "hex": base16ct::lower::encode_string(key.expose_bytes()) })
}
