//! `secure-session.encode.json`: operations on sessions, and the Set-Cookie headers that come of
//! them, byte for byte.

use session_runtime::Deviation;

use crate::{
    app::{self, Answer, Situation},
    handler::Operation,
    json::Json,
    meant::Meant,
    node,
    options::{Options, Unwritable},
    outcome::Outcome,
    rules::{self, Cookie, Verdict},
};

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    let (Some(config), Some(expect)) = (vector.get("config"), vector.get("expect")) else {
        return Outcome::Failed("no configuration or no expectation".to_owned());
    };
    let registered = vector.get("fastify_cookie_registered_first_with");
    let sessions = match Options::read(config, registered) {
        Ok(sessions) => sessions,
        Err(Unwritable::Key(problem)) => {
            return Outcome::judge(problem, rules::explain_refusal(config, &[]), strict);
        }
        Err(Unwritable::Setting(what)) => {
            return Outcome::Skipped(format!("cannot be asked for: {what}"));
        }
    };
    let operations = vector.get("ops").map_or(Json::Null, Json::meant);
    let operations = match Operation::read(&operations, &sessions) {
        Ok(operations) => operations,
        Err(what) => return Outcome::Skipped(format!("cannot be asked for: {what}")),
    };
    let expected = set_cookie_of(expect);
    let situation = Situation {
        strict,
        now_ms: vector
            .get("now_ms")
            .and_then(Json::whole)
            .unwrap_or_default(),
        random: expected.iter().flat_map(|line| nonce(line)).collect(),
        cookie_header: vector.text_of("request_cookie_header"),
        operations,
    };
    match app::answer(&sessions, &situation).await {
        Ok(answer) => {
            let comparison = Comparison {
                expect,
                expected,
                sessions: &sessions,
                situation: &situation,
            };
            comparison.judge(&answer)
        }
        Err(unanswered) => Outcome::unanswered(
            unanswered,
            rules::explain_refusal(config, &sessions),
            strict,
        ),
    }
}

fn set_cookie_of(expect: &Json) -> Vec<String> {
    let lines = expect
        .get("set_cookie")
        .and_then(Json::items)
        .unwrap_or_default();
    lines
        .iter()
        .filter_map(|line| line.text_of("header"))
        .collect()
}

/// The nonce in the value of a cookie: nothing in one that removes it.
fn nonce(line: &str) -> Vec<u8> {
    let value = line.split(';').next().and_then(|pair| pair.split_once('='));
    let text = value
        .map(|(_, value)| node::unescape(value))
        .unwrap_or_default();
    let digits = text.split_once(';').and_then(|(_, nonce)| nonce.get(..32));
    digits.map(node::base64).unwrap_or_default()
}

struct Comparison<'a> {
    expect: &'a Json,
    expected: Vec<String>,
    sessions: &'a [Options],
    situation: &'a Situation,
}

impl Comparison<'_> {
    fn judge(&self, answer: &Answer) -> Outcome {
        let Err(problem) = self.compare(answer, &self.expected) else {
            return Outcome::Passed;
        };
        let mut deviations = self.of_the_request(answer);
        if deviations.is_empty() {
            deviations = self.of_the_response(answer);
        }
        Outcome::judge(problem, deviations, self.situation.strict)
    }

    fn compare(&self, answer: &Answer, expected: &[String]) -> Result<(), String> {
        let status = self
            .expect
            .get("status")
            .and_then(Json::whole)
            .unwrap_or_default();
        if u64::from(answer.status.as_u16()) != status {
            return Err(format!(
                "status {} where Node answers {status}",
                answer.status
            ));
        }
        if answer.set_cookie != expected {
            let (here, node) = (&answer.set_cookie, expected);
            return Err(format!("sends {here:?} where Node sends {node:?}"));
        }
        self.compare_states(answer)
    }

    /// The deviations that together make of Node's headers what was sent here.
    fn of_the_response(&self, answer: &Answer) -> Vec<Deviation> {
        let Situation {
            strict,
            now_ms,
            operations,
            ..
        } = self.situation;
        let mut meant = Meant::new(self.sessions, operations, *now_ms, *strict);
        let expected = meant.lines(&self.expected);
        let sent: Vec<_> = answer
            .set_cookie
            .iter()
            .map(|line| meant.masked(line))
            .collect();
        let is_meant = if meant.fails() {
            answer.status == 500 && sent == expected
        } else {
            answer.status == 200 && sent == expected && self.compare_states(answer).is_ok()
        };
        if is_meant {
            meant.into_deviations()
        } else {
            Vec::new()
        }
    }

    /// What the sessions hold after each operation, and in the end. A deleted one shows nothing
    /// here, and in Node what it was.
    fn compare_states(&self, answer: &Answer) -> Result<(), String> {
        let each = self.expect.get("states_after_each_op").map(Json::meant);
        let each = each.as_ref().and_then(Json::items).unwrap_or_default();
        let last = self.expect.get("final").map_or(Json::Null, Json::meant);
        let names = self.sessions.iter().map(|session| last.get(&session.name));
        let expected = each.iter().map(Some).chain(names);
        let seen = answer
            .observed
            .after_each
            .iter()
            .chain(&answer.observed.in_the_end);
        for (expected, seen) in expected.zip(seen).filter(|(_, seen)| !seen.is_deleted) {
            let data = expected
                .and_then(|state| state.get("data"))
                .map(Json::meant);
            if !data.is_some_and(|data| data.is_same(&seen.data)) {
                return Err(format!("data {}", seen.data.stringify()));
            }
        }
        Ok(())
    }

    /// The deviations by which a session of the request was refused. What Node made of it shows
    /// only in what it did next.
    fn of_the_request(&self, answer: &Answer) -> Vec<Deviation> {
        let header = self.situation.cookie_header.as_deref();
        let pairs = self.sessions.iter().zip(&answer.observed.opened);
        let explained = pairs.flat_map(|(options, seen)| {
            let cookie = Cookie::of(options, header, self.situation.now_ms);
            let verdict = if self.expect.get("final").is_some() {
                Verdict::Accepted
            } else {
                Verdict::Failed
            };
            cookie.explain(verdict, seen)
        });
        explained.collect()
    }
}
