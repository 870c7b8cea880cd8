//! `fastify-session.redis.json`: what connect-redis has in a real Redis after each request.

use std::{collections::BTreeSet, time::Duration};

use session_runtime::store::RedisKeyValueStore;
use tests::servers::redis::RedisServer;

use crate::{
    json::Json,
    node_session::{self, Asked},
    outcome::Outcome,
    records::{Difference, differs, judge},
};

/// A record that lives for a second can be gone before it is looked at: then once more.
const ATTEMPTS: usize = 5;

/// How much of its time a record may have lived when it is looked at, in milliseconds.
const SLOW: u64 = 60_000;

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    let Some(server) = RedisServer::start(&[]) else {
        return Outcome::Skipped("no Redis here".to_owned());
    };
    let mut differences = Vec::new();
    for _ in 0..ATTEMPTS {
        server.ask::<()>(&["FLUSHALL"]);
        differences = attempt(vector, strict, &server).await;
        if differences.iter().all(Result::is_ok) {
            break;
        }
    }
    judge(differences)
}

async fn attempt(vector: &Json, strict: bool, server: &RedisServer) -> Vec<Difference> {
    let store = match RedisKeyValueStore::connect(&server.url()).await {
        Ok(store) => store,
        Err(error) => return vec![Err(error.to_string())],
    };
    let options = vector.get("store_options").cloned().unwrap_or(Json::Null);
    let mut trip = Trip {
        config: vector.get("config").cloned().unwrap_or(Json::Null),
        prefix: options
            .text_of("prefix")
            .unwrap_or_else(|| "sess:".to_owned()),
        ttl: options.get("ttl").and_then(Json::whole),
        driver: vector.text_of("driver").unwrap_or_default(),
        strict,
        server,
        store,
        cookie: None,
        known: Vec::new(),
    };
    let mut differences = Vec::new();
    for step in vector
        .get("steps")
        .and_then(Json::items)
        .unwrap_or_default()
    {
        match (step.get("request"), step.get("expect")) {
            (Some(request), Some(expect)) => differences.extend(trip.step(request, expect).await),
            _ => return vec![Err("a step without a request".to_owned())],
        }
    }
    differences
}

/// A browser's way through the requests of one vector.
struct Trip<'a> {
    config: Json,
    prefix: String,
    ttl: Option<u64>,
    driver: String,
    strict: bool,
    server: &'a RedisServer,
    store: RedisKeyValueStore,
    cookie: Option<String>,
    /// The ids that Node has drawn so far.
    known: Vec<String>,
}

impl Trip<'_> {
    async fn step(&mut self, request: &Json, expect: &Json) -> Vec<Difference> {
        let lines = expect
            .get("set_cookie")
            .and_then(Json::items)
            .unwrap_or_default();
        let lines: Vec<_> = lines.iter().filter_map(Json::text).collect();
        let kept = expect
            .get("redis")
            .and_then(Json::items)
            .unwrap_or_default();
        let asked = Asked {
            now: request
                .get("now_ms")
                .and_then(Json::whole)
                .unwrap_or_default(),
            path: "/".to_owned(),
            proto: "https".to_owned(),
            // The vector's own header was noted after the answer: it shows the cookie that came back.
            cookie: self.cookie.clone(),
            calls: request
                .get("ops")
                .and_then(Json::items)
                .unwrap_or_default()
                .to_vec(),
            ids: self.drawn(kept),
        };
        let session = node_session::session(&self.config, self.store.clone(), self.strict, |it| {
            let session = it.key_prefix(self.prefix.clone());
            match self.ttl {
                Some(ttl) => session.ttl(Duration::from_secs(ttl)),
                None => session,
            }
        });
        let answered = match session {
            Ok(session) => node_session::answer(session, asked).await,
            Err(error) => Err(error.to_string()),
        };
        let answered = match answered {
            Ok(answered) => answered,
            Err(problem) => return vec![Err(problem)],
        };
        let mut differences = compare_records(kept, self.server, &self.driver);
        let here = &answered.set_cookie;
        differences.extend(compare_lines(&lines, here, &self.driver, self.strict));
        if let Some(line) = lines.first() {
            self.cookie = line.split("; ").next().map(str::to_owned);
        }
        differences
    }

    /// The ids that were not there before.
    fn drawn(&mut self, kept: &[Json]) -> Vec<String> {
        let keys = kept.iter().filter_map(|record| record.text_of("key"));
        let ids = keys.filter_map(|key| key.strip_prefix(&*self.prefix).map(str::to_owned));
        let new: Vec<_> = ids.filter(|id| !self.known.contains(id)).collect();
        self.known.extend(new.iter().cloned());
        new
    }
}

fn compare_lines(
    node: &[String],
    here: &[String],
    driver: &str,
    strict: bool,
) -> Option<Difference> {
    // The generation with the other client escapes what this library, as a newer one, need not.
    let plain = |line: &String| {
        if driver.starts_with("connect-redis@8") {
            line.replace("%2F", "/").replace("%2B", "+")
        } else {
            line.clone()
        }
    };
    let node: Vec<_> = node.iter().map(plain).collect();
    match (&*node, here) {
        (node, here) if node == here => None,
        ([], [line]) if line.contains("=; Max-Age=0;") => Some(Ok(differs::DESTROY)),
        ([node], [line]) if strict && *line == format!("{node}; SameSite=Lax") => {
            Some(Ok(differs::SAME_SITE))
        }
        (node, here) => Some(Err(format!("{here:?} for {node:?}"))),
    }
}

fn compare_records(kept: &[Json], server: &RedisServer, driver: &str) -> Vec<Difference> {
    // The generation before 11.1.3 leaves the record of a session that was regenerated.
    let leaves_old = driver.starts_with("connect-redis@8") && kept.len() > 1;
    let mut differences = Vec::new();
    let keys = server.ask::<Vec<String>>(&["KEYS", "*"]);
    let mut here: BTreeSet<_> = keys.into_iter().collect();
    for record in kept {
        let key = record.text_of("key").unwrap_or_default();
        if !here.remove(&key) {
            differences.push(if leaves_old {
                Ok(differs::OLD_RECORD)
            } else {
                Err(format!("no {key}"))
            });
            continue;
        }
        let mut value = server.ask::<String>(&["GET", &key]);
        if leaves_old {
            // It does not note there what the newer one does.
            value = without_original_expires(&value);
        }
        if record.text_of("value").as_deref() != Some(&*value) {
            differences.push(Err(format!("{key} holds {value}")));
        }
        let left = server.ask::<i64>(&["PTTL", &key]);
        let life = record
            .get("ttl_s")
            .and_then(Json::whole)
            .unwrap_or_default()
            * 1000;
        let left = u64::try_from(left).unwrap_or_default();
        if left > life || left + SLOW < life {
            differences.push(Err(format!("{key} lives for {left} ms")));
        }
    }
    differences.extend(here.into_iter().map(|key| Err(format!("{key} is there"))));
    differences
}

fn without_original_expires(record: &str) -> String {
    let Some((before, after)) = record.split_once("\"originalExpires\":\"") else {
        return record.to_owned();
    };
    let after = after.split_once("\",").map_or(after, |(_, after)| after);
    format!("{before}{after}")
}
