//! `fastify-session.flow.json`: requests one after the other, and what they leave in the store.

use std::collections::BTreeMap;

use crate::{
    json::Json,
    node_session::{self, Answered, Asked, Seen},
    outcome::Outcome,
    record_store::RecordStore,
};

/// Where this library differs, and means to: the table of docs/migrating-from-fastify-session.md.
pub(crate) mod differs {
    pub(crate) const DESTROY: &str = "destroy_without_removal";
    pub(crate) const ROTATED: &str = "rotated_cookie_cleared";
    pub(crate) const OLD_RECORD: &str = "old_record_left";
    pub(crate) const NO_DATE: &str = "error_for_a_date_that_is_none";
    pub(crate) const STORE_ERROR: &str = "store_error_is_500";
    pub(crate) const TRUE_IS_STRICT: &str = "same_site_true";
    pub(crate) const SAME_SITE: &str = "same_site_not_stated";
    pub(crate) const TOUCH: &str = "touch_is_not_saved";
}

/// A difference that is meant, or one that is not.
pub(crate) type Difference = Result<&'static str, String>;

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    let (Some(config), Some(steps)) = (
        vector.get("config"),
        vector.get("steps").and_then(Json::items),
    ) else {
        return Outcome::Failed("no configuration or no steps".to_owned());
    };
    let before = vector.get("store_before").map(texts).unwrap_or_default();
    let store = RecordStore::new(&before, vector.get("store_fails").cloned());
    let mut node = before;
    let mut differences = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let Some(step) = Step::of(config, step, strict) else {
            return Outcome::Failed(format!("request {}: cannot be read", number + 1));
        };
        let found = step.run(&store, &mut node).await;
        if found.contains(&Ok(differs::TOUCH)) {
            // What follows is compared with what Node had.
            store.put_all(&node);
        }
        let placed = |found: Difference| {
            found.map_err(|problem| format!("request {}: {problem}", number + 1))
        };
        differences.extend(found.into_iter().map(placed));
    }
    judge(differences)
}

/// The sum of what was found.
pub(crate) fn judge(differences: Vec<Difference>) -> Outcome {
    let (mut meant, mut problems) = (Vec::new(), Vec::new());
    for difference in differences {
        match difference {
            Ok(name) => meant.push(name),
            Err(problem) => problems.push(problem),
        }
    }
    meant.sort_unstable();
    meant.dedup();
    match (&*problems, &*meant) {
        ([], []) => Outcome::Passed,
        ([], _) => Outcome::Deviated(meant),
        _ => Outcome::Failed(problems.join("; ")),
    }
}

/// The texts of an object.
fn texts(object: &Json) -> BTreeMap<String, String> {
    let entries = object.entries().unwrap_or_default().iter();
    let entries = entries.map(|(key, value)| {
        (
            String::from_utf16_lossy(key),
            value.text().unwrap_or_default(),
        )
    });
    entries.collect()
}

/// One request, and what Node made of it.
struct Step<'a> {
    config: &'a Json,
    strict: bool,
    now: u64,
    request: &'a Json,
    expect: &'a Json,
    calls: &'a [Json],
}

impl<'a> Step<'a> {
    fn of(config: &'a Json, step: &'a Json, strict: bool) -> Option<Self> {
        let (request, expect) = (step.get("request")?, step.get("expect")?);
        Some(Self {
            config,
            strict,
            now: request.get("now_ms")?.whole()?,
            request,
            expect,
            calls: request.get("ops")?.items()?,
        })
    }

    /// Asks, and compares. `node`: the records that Node has.
    async fn run(
        &self,
        store: &RecordStore,
        node: &mut BTreeMap<String, String>,
    ) -> Vec<Difference> {
        let asked = Asked {
            now: self.now,
            path: self.request.text_of("path").unwrap_or_default(),
            proto: self.request.text_of("proto").unwrap_or_default(),
            cookie: self.request.text_of("cookie_header"),
            calls: self.calls.to_vec(),
            ids: self.drawn(node),
        };
        let session = node_session::session(self.config, store.clone(), self.strict, |session| {
            session.key_prefix("")
        });
        let answered = match session {
            Ok(session) => node_session::answer(session, asked).await,
            Err(error) => Err(format!("refused: {error}")),
        };
        let answered = match answered {
            Ok(answered) => answered,
            Err(problem) => return vec![Err(problem)],
        };
        let had = node.clone();
        self.carry_out(node);
        self.compare(&answered, &had, node, &store.records())
    }

    /// The ids that Node has drawn: those that are in none of its records.
    fn drawn(&self, node: &BTreeMap<String, String>) -> Vec<String> {
        let seen = ["before", "after"].map(|when| self.expect.get(when)?.text_of("session_id"));
        let written = self
            .operations()
            .filter(|op| op.text_of("op").as_deref() == Some("set"));
        let written = written.map(|op| op.text_of("id"));
        let mut ids: Vec<String> = Vec::new();
        for id in seen.into_iter().chain(written).flatten() {
            if !node.contains_key(&id) && !ids.contains(&id) {
                ids.push(id);
            }
        }
        // For a session that is fresh here alone.
        ids.push("A".repeat(32));
        ids
    }

    fn operations(&self) -> impl Iterator<Item = &'a Json> {
        let operations = self.expect.get("store_ops").and_then(Json::items);
        operations.unwrap_or_default().iter()
    }

    /// What Node asked of its store.
    fn carry_out(&self, node: &mut BTreeMap<String, String>) {
        for operation in self.operations().filter(|op| op.get("error").is_none()) {
            let id = operation.text_of("id").unwrap_or_default();
            match operation.text_of("op").as_deref() {
                Some("set") => {
                    node.insert(id, operation.text_of("record").unwrap_or_default());
                }
                Some("destroy") => drop(node.remove(&id)),
                _ => {}
            }
        }
    }

    fn compare(
        &self,
        answered: &Answered,
        had: &BTreeMap<String, String>,
        node: &BTreeMap<String, String>,
        here: &BTreeMap<String, String>,
    ) -> Vec<Difference> {
        let status = self.expect.get("status").and_then(Json::whole);
        let node_fails = status != Some(200);
        if node_fails && self.operations().any(|op| op.get("error").is_some()) {
            return vec![match answered.status.as_u16() {
                503 => Ok(differs::STORE_ERROR),
                // What nobody asked for is not the page's fault.
                200 if self.calls.is_empty() => Ok(differs::STORE_ERROR),
                status => Err(format!("status {status}")),
            }];
        }
        if node_fails && had.values().any(|record| holds_no_date(record)) {
            let is_fresh = answered
                .before
                .as_ref()
                .is_some_and(|seen| seen.data == "{}");
            let is_kept = had.iter().all(|(id, record)| here.get(id) == Some(record));
            return vec![if answered.status == 200 && is_fresh && is_kept {
                Ok(differs::NO_DATE)
            } else {
                Err(format!("status {}", answered.status))
            }];
        }
        let mut differences = Vec::new();
        if status != Some(u64::from(answered.status.as_u16())) {
            differences.push(Err(format!("status {}", answered.status)));
        }
        for (when, seen) in [("before", &answered.before), ("after", &answered.after)] {
            differences.extend(self.compare_seen(when, seen.as_ref()));
        }
        self.compare_cookies(&answered.set_cookie, &mut differences);
        self.compare_records(node, here, &mut differences);
        differences
    }

    fn compare_seen(&self, when: &str, seen: Option<&Seen>) -> Vec<Difference> {
        let expected = self
            .expect
            .get(when)
            .filter(|it| it.get("session_id").is_some());
        let (expected, seen) = match (expected, seen) {
            (None, None) => return Vec::new(),
            (Some(expected), Some(seen)) => (expected, seen),
            (_, seen) => return vec![Err(format!("{when}: there is one: {}", seen.is_some()))],
        };
        let mut differences = Vec::new();
        let mut same = |what: &str, is_same: bool, here: &str| {
            if !is_same {
                differences.push(Err(format!("{when}: {what} {here}")));
            }
        };
        let is_text = |key, here: &str| expected.text_of(key).as_deref() == Some(here);
        let is_json = |key, here: &str| {
            let here = Json::parse(here);
            let pair = expected.get(key).zip(here.as_ref());
            pair.is_some_and(|(expected, here)| expected.is_same(here))
        };
        same("id", is_text("session_id", &seen.id), &seen.id);
        same(
            "signed id",
            is_text("encrypted_session_id", &seen.signed_id),
            &seen.signed_id,
        );
        same("data", is_json("data", &seen.data), &seen.data);
        let is_cookie = is_json("cookie", &seen.cookie)
            || is_json("cookie", &seen.cookie.replace("\"strict\"", "true"));
        same("cookie", is_cookie, &seen.cookie);
        let flag = |key| expected.get(key).and_then(Json::bool);
        same(
            "modified",
            flag("is_modified") == Some(seen.is_modified),
            "",
        );
        same("saved", flag("is_saved") == Some(seen.is_saved), "");
        differences
    }

    fn compare_cookies(&self, here: &[String], differences: &mut Vec<Difference>) {
        let lines = self
            .expect
            .get("set_cookie")
            .and_then(Json::items)
            .unwrap_or_default();
        let node: Vec<_> = lines.iter().filter_map(Json::text).collect();
        if node == here {
            return;
        }
        let removes = |line: &String| line.contains("=; Max-Age=0;");
        let difference = match (&*node, here) {
            ([], [line]) if self.calls("destroy") && removes(line) => Ok(differs::DESTROY),
            ([], [line]) if self.strict && self.calls("touch") && !removes(line) => {
                Ok(differs::TOUCH)
            }
            ([cleared], [line]) if removes(cleared) && self.shows_rotated() && !removes(line) => {
                Ok(differs::ROTATED)
            }
            ([node], [line]) if self.strict && *line == format!("{node}; SameSite=Lax") => {
                Ok(differs::SAME_SITE)
            }
            _ => Err(format!("{here:?} for {node:?}")),
        };
        differences.push(difference);
    }

    fn compare_records(
        &self,
        node: &BTreeMap<String, String>,
        here: &BTreeMap<String, String>,
        differences: &mut Vec<Difference>,
    ) {
        // connect-redis keeps no record whose end has passed.
        let living = |records: &BTreeMap<String, String>| {
            let living = records.iter().filter(|(_, record)| !self.has_ended(record));
            living
                .map(|(id, record)| (id.clone(), record.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let (node, here) = (living(node), living(here));
        if node == here {
            return;
        }
        let said = |records: &BTreeMap<String, String>| {
            let said = records
                .values()
                .map(|it| it.replace("\"sameSite\":true", "\"sameSite\":\"strict\""));
            said.collect::<Vec<_>>()
        };
        let is_true = self
            .config
            .get("cookie")
            .and_then(|it| it.get("sameSite")?.bool());
        differences.push(if is_true == Some(true) && said(&node) == said(&here) {
            Ok(differs::TRUE_IS_STRICT)
        } else if self.strict && self.calls("touch") && node.keys().eq(here.keys()) {
            Ok(differs::TOUCH)
        } else if self.shows_rotated() && fields(&node) == fields(&here) {
            // It is in use, and its end has moved.
            Ok(differs::ROTATED)
        } else {
            Err(format!("records {here:?} for {node:?}"))
        });
    }

    fn calls(&self, method: &str) -> bool {
        let first = |call: &Json| call.items()?.first()?.text();
        self.calls
            .iter()
            .any(|call| first(call).as_deref() == Some(method))
    }

    /// A session came, and its cookie was signed with an old secret.
    fn shows_rotated(&self) -> bool {
        let before = self.expect.get("before");
        let id = before
            .and_then(|before| before.text_of("session_id"))
            .unwrap_or_default();
        let signed = before.and_then(|before| before.text_of("encrypted_session_id"));
        let cookie = self.request.text_of("cookie_header").unwrap_or_default();
        cookie.contains(&format!("={id}.")) && !cookie.contains(&signed.unwrap_or_default())
    }

    fn has_ended(&self, record: &str) -> bool {
        let record = Json::parse(record);
        let end = record.and_then(|record| record.get("cookie")?.text_of("expires"));
        // Written in one form, whose order is that of time.
        end.is_some_and(|end| end.as_str() <= &*iso(self.now))
    }
}

/// Records without their cookies.
fn fields(records: &BTreeMap<String, String>) -> Vec<(&str, Option<&str>)> {
    let fields = records.iter().map(|(id, record)| {
        let fields = record.split_once("},").map(|(_, fields)| fields);
        (id.as_str(), fields)
    });
    fields.collect()
}

/// The text of a date as the records have it.
fn iso(now: u64) -> String {
    use cookie::time::{OffsetDateTime, format_description::well_known::Rfc3339};
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(now) * 1_000_000);
    let text = at
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default();
    if text.contains('.') {
        text
    } else {
        text.replace('Z', ".000Z")
    }
}

/// Whether a record's end is no date.
fn holds_no_date(record: &str) -> bool {
    let record = Json::parse(record);
    let end = record.and_then(|record| record.get("cookie")?.text_of("expires"));
    end.is_some_and(|end| !end.starts_with(|first: char| first.is_ascii_digit()))
}
