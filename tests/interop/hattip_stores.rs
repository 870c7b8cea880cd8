//! The stores of `hattip.flow.json`: what Node left in them, and what is there here.

use std::collections::BTreeMap;

use session_runtime::{Config, SecureSession, hattip::HattipStore};

use crate::{json::Json, record_store::RecordStore};

/// Where this library differs, and means to: the defects of docs/migrating-from-hattip-session.md.
mod differs {
    pub(super) const OLD_RECORD: &str = "old_record_left";
    pub(super) const CHOSEN_ID: &str = "chosen_id_adopted";
}

/// A store through the requests of one vector.
#[derive(Debug)]
pub(crate) struct Backend {
    kind: String,
    store: RecordStore,
    /// What Node has in its own, with the seconds that it lives.
    node: BTreeMap<String, (String, u64)>,
    /// Keys of sessions that were regenerated, whose records Node does not delete.
    left: Vec<String>,
}

impl Backend {
    /// `None`: the sessions of the vector live in their cookies.
    pub(crate) fn of(config: &Json) -> Option<Self> {
        let kind = config.text_of("store")?;
        let is_store = ["memory", "redis", "kv"].contains(&&*kind);
        let given = config
            .get("init")
            .and_then(Json::entries)
            .unwrap_or_default();
        let given = given.iter().map(|(key, value)| {
            (
                String::from_utf16_lossy(key),
                value.text().unwrap_or_default(),
            )
        });
        let given: BTreeMap<_, _> = given.collect();
        is_store.then(|| Self {
            kind,
            node: given
                .iter()
                .map(|(key, value)| (key.clone(), (value.clone(), 0)))
                .collect(),
            store: RecordStore::new(&given, None),
            left: Vec::new(),
        })
    }

    pub(crate) fn session<T: SecureSession>(&self) -> Config<T> {
        let store = self.store.clone();
        Config::shared_with_node(match &*self.kind {
            "redis" => HattipStore::redis(store),
            _ => HattipStore::kv(store),
        })
    }

    /// The bytes of the UUID that Node drew, and some for one that is drawn here alone.
    pub(crate) fn random(set_cookie: &[String]) -> Vec<u8> {
        let value = set_cookie
            .first()
            .and_then(|line| line.split(['=', ';']).nth(1));
        let id = value.unwrap_or_default().trim_start_matches("session%3A");
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        let mut bytes = base16ct::lower::decode_vec(digits).unwrap_or_default();
        bytes.extend([7; 16]);
        bytes
    }

    /// If the cookie names what is no session here and is one in Node: the name of the difference,
    /// provided that the session here is a fresh one.
    pub(crate) fn names_none(&self, cookie: Option<&str>, is_new: bool) -> Option<&'static str> {
        let (_, value) = cookie?.split_once('=')?;
        let key = value.replace("%3A", ":");
        let chosen = key
            .strip_prefix("session:")
            .is_some_and(|id| id.len() != 36);
        match (is_new, self.left.contains(&key), chosen) {
            (true, true, _) => Some(differs::OLD_RECORD),
            (true, _, true) => Some(differs::CHOSEN_ID),
            _ => None,
        }
    }

    /// Carries out what Node did, and compares. `regenerated`: the cookie of a session that was.
    pub(crate) fn compare(
        &mut self,
        expect: &Json,
        regenerated: Option<&str>,
    ) -> Result<(), String> {
        if let Some((_, value)) = regenerated.and_then(|cookie| cookie.split_once('=')) {
            self.left.push(value.replace("%3A", ":"));
        }
        let operations = expect.get("backend_ops").and_then(Json::items);
        for operation in operations.unwrap_or_default() {
            let command = operation
                .get("cmd")
                .and_then(Json::items)
                .unwrap_or_default();
            let text = |place: usize| command.get(place).and_then(Json::text).unwrap_or_default();
            let life = match command.get(3).and_then(|it| it.get("expirationTtl")) {
                Some(life) => life.whole(),
                None if text(3) == "EX" => text(4).parse().ok(),
                None => None,
            };
            match &*text(0).to_lowercase() {
                "set" | "put" => {
                    self.node
                        .insert(text(1), (text(2), life.unwrap_or_default()));
                }
                "del" | "delete" => drop(self.node.remove(&text(1))),
                _ => {}
            }
        }
        // Its memory cannot be looked into.
        if self.kind == "memory" {
            return Ok(());
        }
        let node = self.node.iter().filter(|(key, _)| !self.left.contains(key));
        let node: BTreeMap<_, _> = node
            .map(|(key, held)| (key.clone(), held.clone()))
            .collect();
        let here = self.store.held();
        if node == here {
            return Ok(());
        }
        Err(format!("the store holds {here:?} for {node:?}"))
    }
}
