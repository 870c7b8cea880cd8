//! `hattip.flow.json`: sessions in cookies and in stores, request by request.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, body::Body, extract::Request, routing::get};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::header;
use serde::{Deserialize, Serialize};
use session_runtime::{
    AvailableIn, Config, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    testing::{HeldClock, ScriptedRandom},
};
use tower::ServiceExt;

use crate::{entries::First, hattip_stores::Backend, json::Json, outcome::Outcome, tokens};

/// Where this library differs, and means to: the defects of docs/migrating-from-hattip-session.md.
mod differs {
    pub(super) const MAX_AGE: &str = "max_age_in_milliseconds";
    pub(super) const ATTRIBUTES: &str = "no_path_nor_secure";
    pub(super) const FRESH_IS_SAVED: &str = "fresh_session_is_saved";
    pub(super) const DESTROYED_STAYS: &str = "destroyed_data_stay";
    pub(super) const NO_REMOVAL: &str = "destroy_without_removal";
    pub(super) const FIRST_COOKIE: &str = "first_cookie_only";
}

/// A session that starts with `{"n": 0}`.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "counter", cookie_name = "counter")]
struct Counter {
    n: u64,
}

/// What a handler does with a session of a vector.
trait Subject: SecureSession + AvailableIn<()> {
    fn json(session: &Session<Self>) -> String;
    fn set(session: &mut Session<Self>, key: String, value: &Json);
    fn regenerate(session: &mut Session<Self>);
}

impl Subject for First {
    fn json(session: &Session<Self>) -> String {
        session.get(Self::ENTRIES).json()
    }

    fn set(session: &mut Session<Self>, key: String, value: &Json) {
        let value = serde_json::value::RawValue::from_string(value.stringify());
        let mut entries = session.get(Self::ENTRIES).clone();
        if let Ok(value) = value {
            entries.set(key, value);
        }
        session.set(Self::ENTRIES, entries);
    }

    fn regenerate(session: &mut Session<Self>) {
        session.regenerate_keep(Self::ENTRIES);
    }
}

impl Subject for Counter {
    fn json(session: &Session<Self>) -> String {
        format!("{{\"n\":{}}}", session.n())
    }

    fn set(session: &mut Session<Self>, _: String, value: &Json) {
        session.set_n(value.whole().unwrap_or_default());
    }

    fn regenerate(session: &mut Session<Self>) {
        session.regenerate_keep(Self::N);
    }
}

#[derive(SessionRegistry)]
struct Visitors {
    first: Config<First>,
}

#[derive(SessionRegistry)]
struct Counters {
    counter: Config<Counter>,
}

/// What a handler saw.
#[derive(Debug, Clone, Default)]
struct Seen {
    is_new: bool,
    before: String,
    after: String,
}

pub(crate) async fn run(vector: &Json) -> Outcome {
    let (Some(config), Some(steps)) = (
        vector.get("config"),
        vector.get("steps").and_then(Json::items),
    ) else {
        return Outcome::Failed("no configuration or no steps".to_owned());
    };
    let mut backend = Backend::of(config);
    let (mut problems, mut deviations) = (Vec::new(), Vec::new());
    for (number, step) in steps.iter().enumerate() {
        match Step::of(config, step) {
            Some(step) => {
                let differences = step.run(backend.as_mut()).await;
                for difference in differences {
                    match difference {
                        Ok(deviation) => deviations.push(deviation),
                        Err(problem) => problems.push(format!("request {}: {problem}", number + 1)),
                    }
                }
            }
            None => problems.push(format!("request {}: cannot be read", number + 1)),
        }
    }
    deviations.sort_unstable();
    deviations.dedup();
    match (&*problems, &*deviations) {
        ([], []) => Outcome::Passed,
        ([], _) => Outcome::Deviated(deviations),
        _ => Outcome::Failed(problems.join("; ")),
    }
}

/// One request.
struct Step<'a> {
    config: &'a Json,
    now: u64,
    cookie: Option<String>,
    calls: &'a [Json],
    expect: &'a Json,
    set_cookie: Vec<String>,
}

/// A difference that is meant, or one that is not.
type Difference = Result<&'static str, String>;

impl<'a> Step<'a> {
    fn of(config: &'a Json, step: &'a Json) -> Option<Self> {
        let (request, expect) = (step.get("request")?, step.get("expect")?);
        let set_cookie = expect.get("set_cookie")?.items()?.iter();
        Some(Self {
            config,
            now: request.get("now_ms")?.whole()?,
            cookie: request.text_of("cookie_header"),
            calls: request.get("ops")?.items()?,
            set_cookie: set_cookie.filter_map(Json::text).collect(),
            expect,
        })
    }

    fn name(&self) -> String {
        let name = self.config.text_of("cookieName");
        name.unwrap_or_else(|| "session".to_owned())
    }

    async fn run(&self, mut backend: Option<&mut Backend>) -> Vec<Difference> {
        let name = self.name();
        let answer = if self.config.get("defaultSessionData").is_some() {
            let counter = match tokens::session(self.config) {
                Ok(config) => self.configured(config).cookie_name(name),
                Err(error) => return vec![Err(error.to_string())],
            };
            self.answer::<_, Counter>(Counters { counter }).await
        } else {
            let session = match &backend {
                Some(backend) => Ok(backend.session()),
                None => tokens::session(self.config),
            };
            let first = match session {
                Ok(config) => self.configured(config).cookie_name(name),
                Err(error) => return vec![Err(error.to_string())],
            };
            self.answer::<_, First>(Visitors { first }).await
        };
        let (seen, set_cookie) = match answer {
            Ok(answer) => answer,
            Err(problem) => return vec![Err(problem)],
        };
        let Some(backend) = &mut backend else {
            return self.compare(&seen, &set_cookie);
        };
        if let Some(deviation) = backend.names_none(self.cookie.as_deref(), seen.is_new) {
            return vec![Ok(deviation)];
        }
        let mut differences = self.compare(&seen, &set_cookie);
        let regenerated = self.cookie.as_deref().filter(|_| self.calls("regenerate"));
        differences.extend(backend.compare(self.expect, regenerated).err().map(Err));
        differences
    }

    /// Node's `maxAge` is both how long the session lives and how long the browser keeps it.
    fn configured<T: SecureSession>(&self, config: Config<T>) -> Config<T> {
        let options = self.config.get("cookieOptions");
        let seconds = options.and_then(|options| options.get("maxAge")?.whole());
        match seconds.map(Duration::from_secs) {
            Some(life) => config.idle(life).max_age(life),
            None => config,
        }
    }

    async fn answer<R: SessionRegistry, T: Subject>(
        &self,
        registry: R,
    ) -> Result<(Seen, Vec<String>), String> {
        let clock = HeldClock::new();
        clock.set(UNIX_EPOCH + Duration::from_millis(self.now));
        let random = ScriptedRandom::bytes(self.drawn());
        let settings = Settings::new().clock(&clock).random(&random);
        let unmounted = Unmounted::with_settings(registry, settings)
            .map_err(|error| format!("refused at start: {error}"))?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (calls, own) = (self.calls.to_vec(), Arc::clone(&seen));
        let handler = move |mut session: Session<T>| {
            let (calls, own) = (calls.clone(), Arc::clone(&own));
            async move {
                let (is_new, before) = (session.meta().is_new(), T::json(&session));
                for call in &calls {
                    let mut parts = call.items().unwrap_or_default().iter();
                    let method = parts.next().and_then(Json::text).unwrap_or_default();
                    match (&*method, parts.as_slice()) {
                        ("set", [key, value]) => {
                            T::set(&mut session, key.text().unwrap_or_default(), value);
                        }
                        ("destroy", []) => session.delete(),
                        ("regenerate", []) => T::regenerate(&mut session),
                        _ => {}
                    }
                }
                let after = T::json(&session);
                *own.lock().unwrap_or_else(PoisonError::into_inner) = Seen {
                    is_new,
                    before,
                    after,
                };
            }
        };
        let router = unmounted.mount(|_| Router::new().route("/", get(handler)));
        let mut request = Request::get("/");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::empty());
        let Ok(response) = router.oneshot(request.map_err(|e| e.to_string())?).await;
        let lines = response.headers().get_all(header::SET_COOKIE).iter();
        let lines = lines.filter_map(|line| line.to_str().ok().map(str::to_owned));
        let lines = lines.collect();
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((seen, lines))
    }

    /// The IV or the UUID that Node drew, if it drew one.
    fn drawn(&self) -> Vec<u8> {
        if Backend::of(self.config).is_some() {
            return Backend::random(&self.set_cookie);
        }
        let value = self
            .set_cookie
            .first()
            .and_then(|line| line.split_once('='));
        let iv = value.and_then(|(_, value)| value.split_once('.'));
        let iv = iv.and_then(|(iv, _)| BASE64_URL_SAFE_NO_PAD.decode(iv).ok());
        iv.unwrap_or_default()
    }

    fn compare(&self, seen: &Seen, set_cookie: &[String]) -> Vec<Difference> {
        let mut differences = Vec::new();
        let is_same = |json: Option<&Json>, here: &str| {
            let here = Json::parse(here);
            json.zip(here.as_ref())
                .is_some_and(|(json, here)| json.is_same(here))
        };
        let before = self.expect.get("before");
        let data = before.and_then(|before| before.get("data"));
        let is_fresh = before.and_then(|before| before.get("is_fresh")?.bool());
        let is_first = self.cookies() > 1;
        if !is_same(data, &seen.before) {
            differences.push(if is_first {
                Ok(differs::FIRST_COOKIE)
            } else {
                Err(format!("came with {}", seen.before))
            });
        }
        if is_fresh != Some(seen.is_new) {
            differences.push(Err(format!("is new: {}", seen.is_new)));
        }
        let destroys = self.calls("destroy");
        if !is_same(self.expect.get("after"), &seen.after) {
            differences.push(match (destroys, is_first) {
                (true, _) => Ok(differs::DESTROYED_STAYS),
                (_, true) => Ok(differs::FIRST_COOKIE),
                _ => Err(format!("went with {}", seen.after)),
            });
        }
        match (&*self.set_cookie, set_cookie) {
            ([], []) => {}
            ([theirs], [ours]) => differences.extend(compare_lines(theirs, ours)),
            ([_], []) if self.saves_fresh() => differences.push(Ok(differs::FRESH_IS_SAVED)),
            ([], [_]) if destroys => differences.push(Ok(differs::NO_REMOVAL)),
            (theirs, ours) => differences.push(Err(format!("{ours:?} for {theirs:?}"))),
        }
        differences
    }

    fn cookies(&self) -> usize {
        let name = format!("{}=", self.name());
        let pairs = self.cookie.as_deref().unwrap_or_default().split(';');
        pairs.filter(|pair| pair.trim().starts_with(&name)).count()
    }

    fn calls(&self, method: &str) -> bool {
        let first = |call: &Json| call.items()?.first()?.text();
        self.calls
            .iter()
            .any(|call| first(call).as_deref() == Some(method))
    }

    /// A function makes its default data, and nobody has written.
    fn saves_fresh(&self) -> bool {
        let is_function = self.config.get("defaultSessionDataFn");
        is_function.and_then(Json::bool) == Some(true)
            && self.cookie.is_none()
            && self.calls.is_empty()
    }
}

/// Name and value must be the same; attributes may differ as is meant.
fn compare_lines(theirs: &str, ours: &str) -> Vec<Difference> {
    let pair = |line: &str| line.split(';').next().unwrap_or_default().to_owned();
    if pair(theirs) != pair(ours) {
        return vec![Err(format!("{ours} for {theirs}"))];
    }
    let max_age = |line: &str| {
        let mut attributes = line.split("; ").skip(1);
        let age = attributes.find_map(|attribute| attribute.strip_prefix("Max-Age="))?;
        age.parse::<u64>().ok()
    };
    let mut differences = Vec::new();
    match (max_age(theirs), max_age(ours)) {
        (theirs, ours) if theirs == ours => {}
        // Five minutes, or what is configured, a thousand times over.
        (Some(300_000), None) => differences.push(Ok(differs::MAX_AGE)),
        (Some(theirs), Some(ours)) if theirs == ours * 1000 => {
            differences.push(Ok(differs::MAX_AGE));
        }
        (theirs, ours) => differences.push(Err(format!("Max-Age {ours:?} for {theirs:?}"))),
    }
    let has = |line: &str, attribute: &str| line.contains(&format!("; {attribute}"));
    for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
        match (has(theirs, attribute), has(ours, attribute)) {
            (false, true) => differences.push(Ok(differs::ATTRIBUTES)),
            (true, false) => differences.push(Err(format!("no {attribute}"))),
            _ => {}
        }
    }
    differences
}
