//! An application with the sessions of a vector, and one request to it.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Router, body::Body, extract::Request};
use http::{HeaderValue, StatusCode, header, request::Parts};
use session_runtime::{
    Config, LateWrite, RequestSession, SecureSession, SessionRegistry, Settings, Unmounted,
    testing::{HeldClock, ScriptedRandom},
};
use tower::ServiceExt;

use crate::{
    entries::{First, Host, Second, Secure, Slot, Third},
    handler::{AnySession, Observed, Operation, Program},
    options::Options,
};

/// What is sent, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Situation {
    pub(crate) strict: bool,
    pub(crate) now_ms: u64,
    /// The random bytes that Node drew.
    pub(crate) random: Vec<u8>,
    pub(crate) cookie_header: Option<String>,
    pub(crate) operations: Vec<Operation>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) set_cookie: Vec<String>,
    pub(crate) observed: Observed,
}

/// Why there was no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The configuration was refused at start.
    Refused(String),
    /// This program cannot ask for it.
    Unasked(String),
}

/// Starts an application with these sessions and sends it one request.
pub(crate) async fn answer(
    sessions: &[Options],
    situation: &Situation,
) -> Result<Answer, Unanswered> {
    let observed = Arc::new(Mutex::new(Observed::default()));
    let router = start(sessions, situation, &observed)?;
    let mut request = Request::new(Body::empty());
    if let Some(text) = &situation.cookie_header {
        request
            .headers_mut()
            .insert(header::COOKIE, header_value(text)?);
    }
    let response = router
        .oneshot(request)
        .await
        .map_err(|error| match error {})?;
    let set_cookie = response.headers().get_all(header::SET_COOKIE).iter();
    let set_cookie = set_cookie.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    let observed = std::mem::take(&mut *observed.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(problem) = observed.problem {
        return Err(Unanswered::Unasked(problem));
    }
    Ok(Answer {
        status: response.status(),
        set_cookie: set_cookie.collect(),
        observed,
    })
}

/// Whether an application with these sessions starts.
pub(crate) fn starts(sessions: &[Options], strict: bool) -> Result<(), Unanswered> {
    let situation = Situation {
        strict,
        ..Situation::default()
    };
    start(sessions, &situation, &Arc::default()).map(drop)
}

/// Node reads the bytes of a header as Latin-1.
fn header_value(text: &str) -> Result<HeaderValue, Unanswered> {
    let latin1: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    let value = latin1.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
    value.ok_or_else(|| Unanswered::Unasked("no header can hold this text".to_owned()))
}

fn start(
    sessions: &[Options],
    situation: &Situation,
    observed: &Arc<Mutex<Observed>>,
) -> Result<Router, Unanswered> {
    let starting = Starting {
        sessions,
        situation,
        observed,
    };
    match sessions {
        [one] if one.cookie_name.starts_with("__Host-") => starting.with::<OneHost>(),
        [one] if one.cookie_name.starts_with("__Secure-") => starting.with::<OneSecure>(),
        [_] => starting.with::<One>(),
        [_, _] => starting.with::<Two>(),
        [_, _, _] => starting.with::<Three>(),
        other => Err(Unanswered::Unasked(format!(
            "{} sessions at once",
            other.len()
        ))),
    }
}

struct Starting<'a> {
    sessions: &'a [Options],
    situation: &'a Situation,
    observed: &'a Arc<Mutex<Observed>>,
}

impl Starting<'_> {
    fn with<R: Build>(&self) -> Result<Router, Unanswered> {
        if let Some(name) = self.name_given_twice() {
            return Err(Unanswered::Refused(format!(
                "two sessions are called {name}"
            )));
        }
        let clock = HeldClock::new();
        clock.set(std::time::UNIX_EPOCH + std::time::Duration::from_millis(self.situation.now_ms));
        let random = ScriptedRandom::bytes(self.situation.random.iter().copied());
        let settings = Settings::new()
            .clock(&clock)
            .random(&random)
            .late_write(LateWrite::Report);
        let registry = R::build(self.sessions, self.situation.strict)
            .ok_or_else(|| Unanswered::Unasked("a session without a key".to_owned()))?;
        let unmounted = Unmounted::with_settings(registry, settings)
            .map_err(|error| Unanswered::Refused(error.to_string()))?;
        let program = Program {
            extract: R::EXTRACT,
            sessions: self.sessions.to_vec(),
            operations: self.situation.operations.clone(),
            now_ms: self.situation.now_ms,
            observed: Arc::clone(self.observed),
        };
        let program = Arc::new(program);
        let handler = move |request: Request| {
            let program = Arc::clone(&program);
            async move { program.run(&request.into_parts().0).await }
        };
        Ok(unmounted.mount(|_| Router::new().fallback(handler)))
    }

    /// Here the name belongs to the type, and two of one name do not compile.
    fn name_given_twice(&self) -> Option<&str> {
        let names = self.sessions.iter().map(|session| session.name.as_str());
        let mut seen = std::collections::HashSet::new();
        names.into_iter().find(|name| !seen.insert(*name))
    }
}

/// A registry of sessions that hold anything.
trait Build: SessionRegistry + Sized {
    const EXTRACT: &'static [Extract];

    fn build(sessions: &[Options], strict: bool) -> Option<Self>;
}

/// Takes one session out of a request.
pub(crate) type Extract = for<'p> fn(&'p Parts) -> Extracting<'p>;

type Extracting<'p> = Pin<Box<dyn Future<Output = Option<Box<dyn AnySession>>> + Send + 'p>>;

fn extract<T: Slot + SecureSession>(parts: &Parts) -> Extracting<'_> {
    Box::pin(async {
        let session = parts.session::<T>().await.ok()?;
        Some(Box::new(session) as Box<dyn AnySession>)
    })
}

macro_rules! registries {
    ($($name:ident { $($field:ident: $slot:ident),* })*) => {
        $(
            #[derive(SessionRegistry)]
            struct $name { $($field: Config<$slot>),* }

            impl Build for $name {
                const EXTRACT: &'static [Extract] = &[$(extract::<$slot>),*];

                fn build(sessions: &[Options], strict: bool) -> Option<Self> {
                    let mut sessions = sessions.iter();
                    Some(Self { $($field: sessions.next()?.config(strict)?),* })
                }
            }
        )*
    };
}

registries! {
    One { first: First }
    Two { first: First, second: Second }
    Three { first: First, second: Second, third: Third }
    OneHost { host: Host }
    OneSecure { secure: Secure }
}
