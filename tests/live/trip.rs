//! A browser between a Node server and a Rust server, and what it must find at each.

use serde_json::{Map, Value};

use crate::{
    browser::{Browser, Reply, Request},
    dice::Dice,
    fleet::{Fleet, Mode, Side},
    json::is_same,
    model::{Call, Model, Sealed, Sends, Server},
    node::Generation,
    oracle::NOW_MS,
    rotation::{Change, Rotation},
};

/// What happened, so that a run in which nothing happened does not pass.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    operations: u32,
    pub(crate) calls: u32,
    pub(crate) reads: u32,
    pub(crate) key_steps: u32,
    pub(crate) renewals: u32,
    pub(crate) expired: u32,
    pub(crate) lost: u32,
}

/// The browser on its way.
pub(crate) struct Trip {
    fleet: Fleet,
    generation: Generation,
    browser: Browser,
    model: Model,
    node: Server,
    rust: Server,
    dice: Dice,
    now_ms: u64,
    rotation: Rotation,
    /// A key was replaced, and some server may not open the cookie.
    unannounced: bool,
    pub(crate) counts: Counts,
    /// For messages: what is being done.
    what: String,
}

impl Trip {
    /// `None`: there is no Node.
    pub(crate) fn start(generation: Generation, mode: Mode, seed: u64) -> Option<Self> {
        let fleet = Fleet::start(generation, mode, 1)?;
        let server = Server {
            keys: vec![1],
            notes_writes: true,
            renews_always: true,
        };
        Some(Self {
            fleet,
            generation,
            browser: Browser::default(),
            model: Model::default(),
            node: Server {
                notes_writes: generation != Generation::F4,
                ..server.clone()
            },
            rust: Server {
                renews_always: mode == Mode::AsNode,
                ..server
            },
            dice: Dice::new(seed),
            now_ms: NOW_MS,
            rotation: Rotation::after(1),
            unannounced: false,
            counts: Counts::default(),
            what: String::new(),
        })
    }

    /// One operation, and a look at what both servers make of the cookie then.
    pub(crate) fn operate(&mut self) {
        self.pass_time();
        let side = self.dice.one_of(&Side::BOTH);
        match self.dice.below(100) {
            0..45 => {
                let set = self.dice.set(side == Side::Node);
                self.call(side, &set);
            }
            45..60 => self.read(side),
            60..70 => self.call(side, &Call::Touch),
            70..74 if self.can_regenerate(side) => self.call(side, &Call::Regenerate),
            74..80 if self.can_regenerate(side) => {
                let keep: &[&[&str]] = &[
                    &["user"],
                    &["user", "cart"],
                    &["visits", "ratio", "roles", "notes"],
                ];
                let keep = self.dice.one_of(keep);
                self.call(side, &Call::RegenerateKeep(keep));
            }
            80..85 => self.call(side, &Call::Delete),
            _ => self.change_keys(),
        }
        for side in self.dice.in_any_order(Side::BOTH) {
            self.read(side);
        }
    }

    /// Releases before 8.2.0 have no such method.
    fn can_regenerate(&self, side: Side) -> bool {
        side == Side::Rust || self.generation != Generation::F4
    }

    /// A minute or so, and every now and then up to the last millisecond of the session, or past it.
    fn pass_time(&mut self) {
        self.counts.operations += 1;
        self.now_ms += self.dice.below(90_000);
        let end = self.model.cookie.as_ref().map(Sealed::end_ms);
        match (self.counts.operations % 50, end) {
            (20, Some(end)) => self.now_ms = self.now_ms.max(end - 1),
            (40, Some(end)) => self.now_ms = self.now_ms.max(end),
            _ => {}
        }
    }

    const fn server(&self, side: Side) -> &Server {
        match side {
            Side::Node => &self.node,
            Side::Rust => &self.rust,
        }
    }

    /// Why a server will take the session for a fresh one, counted.
    fn refusal(&mut self, server: &Server) -> Option<&'static str> {
        let refusal = self.model.refusal(server, self.now_ms);
        self.counts.expired += u32::from(refusal == Some("expired"));
        // One that has expired is not sealed anew, and goes with its key.
        let end = self.model.cookie.as_ref().map(Sealed::end_ms);
        if refusal == Some("tampered") && end > Some(self.now_ms) {
            self.counts.lost += 1;
            assert!(
                self.unannounced,
                "{}: a rotation lost the session",
                self.what
            );
        }
        refusal
    }

    fn call(&mut self, side: Side, call: &Call) {
        self.what = format!("{call:?} at {side:?}");
        self.counts.calls += 1;
        let server = self.server(side).clone();
        self.refusal(&server);
        let expected = self.model.call(&server, self.now_ms, call);
        let body = Value::from(vec![call.json()]).to_string();
        let reply = self.send(side, Request::post("/session", &body));
        self.check_sent(&reply, expected);
        if expected == Sends::Session {
            self.check_seen(side, &reply);
        }
    }

    fn read(&mut self, side: Side) {
        self.counts.reads += 1;
        let is_page = self.dice.once_in(2);
        let server = self.server(side).clone();
        let refusal = self.refusal(&server);
        let expected = self.model.read(&server, self.now_ms, is_page);
        self.counts.renewals += u32::from(expected == Sends::Session);
        let mode = if is_page { "navigate" } else { "cors" };
        let headers = [("sec-fetch-mode", mode)];
        let reply = self.send(side, Request::get("/session").with(&headers));
        self.check_sent(&reply, expected);
        let seen = self.check_seen(side, &reply);
        if side == Side::Rust {
            assert_eq!(seen["reason"].as_str(), refusal, "{}", self.what);
        }
        if let Some(sealed) = self.model.seen_by(&server, self.now_ms) {
            assert_eq!(seen["ts"], sealed.ts, "{} read by {side:?}", self.what);
        }
    }

    fn send(&mut self, side: Side, request: Request<'_>) -> Reply {
        let reply = self
            .fleet
            .send(&mut self.browser, side, self.now_ms, request);
        assert_eq!(reply.status, 200, "{}: {reply:?}", self.what);
        reply
    }

    fn check_sent(&self, reply: &Reply, expected: Sends) {
        let sent = match &*reply.set_cookie {
            [] => Sends::Nothing,
            [line] if line.contains("Max-Age=0;") => Sends::Removal,
            [_] => Sends::Session,
            _ => panic!("{}: {reply:?}", self.what),
        };
        assert_eq!(sent, expected, "{}: {reply:?}", self.what);
        let cookies = self.browser.cookies();
        let expected = self.model.cookie.iter().map(|_| ("/", "session"));
        assert!(
            cookies.iter().copied().eq(expected),
            "{}: {cookies:?}",
            self.what
        );
    }

    /// The data that a server sees are those of the model.
    fn check_seen(&self, side: Side, reply: &Reply) -> Value {
        let mut seen: Value = serde_json::from_str(&reply.body).unwrap();
        let expected = self.model.seen_by(self.server(side), self.now_ms);
        let expected = match (expected, side) {
            (Some(sealed), Side::Node) => sealed.fields.clone(),
            (Some(sealed), Side::Rust) => sealed.known(),
            (None, _) => Map::new(),
        };
        let (data, expected) = (seen["data"].take(), Value::Object(expected));
        let what = &self.what;
        assert!(
            is_same(&data, &expected),
            "{what}, {side:?}: {data} is not {expected}"
        );
        seen
    }

    fn change_keys(&mut self) {
        if self.rotation.is_done()
            && let Some(cookie) = &self.model.cookie
        {
            let opens = |server: &Server| server.keys.contains(&cookie.key);
            self.unannounced &= !(opens(&self.node) && opens(&self.rust));
        }
        let step = self.rotation.next(&mut self.dice);
        self.what = format!("{step:?}");
        self.counts.key_steps += 1;
        let keys = match step.side {
            Side::Node => &mut self.node.keys,
            Side::Rust => &mut self.rust.keys,
        };
        step.change.apply(keys);
        self.fleet.replace_keys(step.side, keys);
        self.unannounced |= matches!(step.change, Change::Replace(_));
    }
}
