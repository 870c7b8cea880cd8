//! `secure-session.decode.json`: a cookie is read, or refused.

use session_runtime::Reason;

use crate::{
    app::{self, Answer, Situation},
    handler::{Seen, seconds},
    json::Json,
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
        Err(Unwritable::Setting(what)) => return Outcome::Failed(format!("cannot set {what}")),
    };
    let situation = Situation {
        strict,
        now_ms: vector
            .get("now_ms")
            .and_then(Json::whole)
            .unwrap_or_default(),
        // Enough for three cookies sent again; which bytes, nothing here depends on.
        random: vec![0; 72],
        cookie_header: vector.text_of("cookie_header"),
        operations: Vec::new(),
    };
    match app::answer(&sessions, &situation).await {
        Ok(answer) => Comparison {
            expect,
            sessions: &sessions,
            situation: &situation,
        }
        .judge(&answer),
        Err(app::Unanswered::Unasked(what)) => Outcome::Failed(what),
        Err(refused) => {
            Outcome::unanswered(refused, rules::explain_refusal(config, &sessions), strict)
        }
    }
}

struct Comparison<'a> {
    expect: &'a Json,
    sessions: &'a [Options],
    situation: &'a Situation,
}

impl Comparison<'_> {
    fn judge(&self, answer: &Answer) -> Outcome {
        let (mut problems, mut deviations) = (Vec::new(), Vec::new());
        if answer.status != 200 {
            problems.push(format!("status {}", answer.status));
        }
        if let Err(problem) = self.presence(answer) {
            problems.push(problem);
        }
        for (options, seen) in self.sessions.iter().zip(&answer.observed.opened) {
            let (verdict, expected) = self.expected(options);
            let Err(problem) = self.compare(verdict, &expected, seen, answer, options) else {
                continue;
            };
            let header = self.situation.cookie_header.as_deref();
            let cookie = Cookie::of(options, header, self.situation.now_ms);
            let explained = cookie.explain(verdict, seen);
            if explained.is_empty() {
                return Outcome::Failed(format!("{}: {problem}", options.name));
            }
            problems.push(problem);
            deviations.extend(explained);
        }
        if problems.is_empty() {
            return Outcome::Passed;
        }
        deviations.dedup();
        Outcome::judge(problems.join("; "), deviations, self.situation.strict)
    }

    /// Whether the answer sets a cookie where Node's does.
    fn presence(&self, answer: &Answer) -> Result<(), String> {
        let present = !answer.set_cookie.is_empty();
        let expected = self
            .expect
            .get("set_cookie_present")
            .and_then(Json::bool)
            .unwrap_or(false);
        if present == expected {
            return Ok(());
        }
        Err(if present {
            "sends a cookie"
        } else {
            "sends no cookie"
        }
        .to_owned())
    }

    /// What Node made of one session: its verdict, and `data`, `ts`, `reissue` or `changed`.
    fn expected(&self, options: &Options) -> (Verdict, Json) {
        let verdict = match self.expect.text_of("verdict").as_deref() {
            Some("accept") => Verdict::Accepted,
            Some("node-error-500") => Verdict::Failed,
            Some(_) => Verdict::Refused,
            None => {
                let all = self.expect.get("sessions");
                let one = all.and_then(|all| all.get(&options.name)).cloned();
                let one = one.unwrap_or(Json::Null);
                return (self.verdict_by_data(&one), one);
            }
        };
        (verdict, self.expect.clone())
    }

    /// Of several sessions only what they hold was recorded: a fresh one holds nothing, and is as
    /// old as the request.
    fn verdict_by_data(&self, one: &Json) -> Verdict {
        let is_empty = one
            .get("data")
            .map(Json::meant)
            .is_some_and(|data| data.entries().is_some_and(<[_]>::is_empty));
        let ts = one.get("ts").and_then(Json::number);
        let is_new = is_empty && ts == Some(seconds(self.situation.now_ms));
        if is_new {
            Verdict::Refused
        } else {
            Verdict::Accepted
        }
    }

    fn compare(
        &self,
        verdict: Verdict,
        expected: &Json,
        seen: &Seen,
        answer: &Answer,
        options: &Options,
    ) -> Result<(), String> {
        match (verdict, seen.reason) {
            (Verdict::Accepted, Some(reason)) => Err(format!("refused as {reason}")),
            (Verdict::Accepted, None) => {
                self.compare_data(expected, seen)?;
                let line = format!("{}=", options.cookie_name);
                let sent = answer.set_cookie.iter().any(|set| set.starts_with(&line));
                let reissue = expected.get("reissue").or_else(|| expected.get("changed"));
                match reissue.and_then(Json::bool) {
                    Some(reissue) if reissue != sent => Err(format!("sent again: {sent}")),
                    _ => Ok(()),
                }
            }
            (Verdict::Failed, _) => Err("Node answers 500".to_owned()),
            (Verdict::Refused, None) => Err("accepted".to_owned()),
            (Verdict::Refused, Some(reason)) => self.compare_reason(expected, reason),
        }
    }

    fn compare_data(&self, expected: &Json, seen: &Seen) -> Result<(), String> {
        let data = expected.get("data").map_or(Json::Null, Json::meant);
        if !data.is_same(&seen.data) {
            let (data, here) = (data.stringify(), seen.data.stringify());
            return Err(format!("data {here} where Node has {data}"));
        }
        // What is no number is no time, and shown to nobody.
        let ts = expected.get("ts").and_then(Json::number);
        #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
        let now = self.situation.now_ms as f64 / 1000.0;
        let is_now = ts == Some(seconds(self.situation.now_ms)) && (seen.ts - now).abs() < 0.001;
        match ts.filter(|ts| (0.0..9e12).contains(ts)) {
            Some(ts) if (ts - seen.ts).abs() > 0.002 && !is_now => {
                Err(format!("written at {} where Node has {ts}", seen.ts))
            }
            _ => Ok(()),
        }
    }

    /// Following Node in everything, the reason is Node's too; of what it tells apart.
    fn compare_reason(&self, expected: &Json, reason: Reason) -> Result<(), String> {
        let told = expected.text_of("reason");
        let is_same = match told.as_deref() {
            Some("no-cookie") => reason == Reason::Absent,
            // By the default policy what is no time is refused before it is asked for its age.
            Some("expired") if self.situation.strict && reason == Reason::Malformed => true,
            Some("expired") => reason == Reason::Expired,
            Some("decrypt-failed") => reason == Reason::Tampered,
            Some(_) => matches!(
                reason,
                Reason::Malformed | Reason::Tampered | Reason::Oversized
            ),
            None => true,
        };
        if is_same {
            return Ok(());
        }
        Err(format!(
            "refused as {reason} where Node says {}",
            told.unwrap_or_default()
        ))
    }
}
