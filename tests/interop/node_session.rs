//! A session of @fastify/session as a vector configures it, and one request to it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, body::Body, extract::Request, routing::post};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use serde_json::value::RawValue;
use session_runtime::{
    Config, ConfigError, CookieOptions, Proxy, Rolling, SameSite, Session, SessionRegistry,
    Settings, Unmounted,
    fastify_session::{Algorithm, FastifySession, Secrets},
    store::KeyValueStore,
    testing::{HeldClock, ScriptedRandom},
};
use tower::ServiceExt;

use crate::{entries::First, json::Json};

#[derive(SessionRegistry)]
struct Visitors {
    first: Config<First>,
}

/// What a handler saw of its session; `None` if there was none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) signed_id: String,
    pub(crate) data: String,
    pub(crate) cookie: String,
    pub(crate) is_modified: bool,
    pub(crate) is_saved: bool,
}

/// One request.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) now: u64,
    pub(crate) path: String,
    pub(crate) proto: String,
    pub(crate) cookie: Option<String>,
    pub(crate) calls: Vec<Json>,
    /// Ids that Node drew, in order.
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) before: Option<Seen>,
    pub(crate) after: Option<Seen>,
    pub(crate) set_cookie: Vec<String>,
}

/// The signer of a vector's options.
pub(crate) fn secrets(config: &Json) -> Result<Secrets, ConfigError> {
    let secret = config.get("secret").cloned().unwrap_or(Json::Null);
    let secrets = match secret.items() {
        Some(several) => Secrets::rotated(several.iter().filter_map(Json::text)),
        None => Secrets::new(secret.text().unwrap_or_default()),
    }?;
    Ok(match config.text_of("algorithm").as_deref() {
        Some("sha384") => secrets.algorithm(Algorithm::Sha384),
        Some("sha512") => secrets.algorithm(Algorithm::Sha512),
        _ => secrets,
    })
}

/// The session of a vector's options, in `store`. `strict`: by this library's own policy.
pub(crate) fn session(
    config: &Json,
    store: impl KeyValueStore,
    strict: bool,
    change: impl FnOnce(FastifySession) -> FastifySession,
) -> Result<Config<First>, ConfigError> {
    let flag = |name| config.get(name).and_then(Json::bool);
    let cookie = config.get("cookie").cloned().unwrap_or(Json::Null);
    let proxy = Proxy::x_forwarded_proto();
    let mut session = FastifySession::new(store, secrets(config)?);
    session = match cookie.text_of("secure").as_deref() {
        Some("auto") => session.secure_auto(proxy),
        _ => session.behind(proxy),
    };
    session = session
        .cookie_prefix(config.text_of("cookiePrefix").unwrap_or_default())
        .save_uninitialized(flag("saveUninitialized").unwrap_or(true));
    if !strict {
        session = session.as_node();
    }
    let name = config.text_of("cookieName");
    let mut config = Config::shared_with_node(change(session))
        .cookie_name(name.unwrap_or_else(|| "sessionId".to_owned()));
    if flag("rolling") == Some(false) {
        config = config.rolling(Rolling::OFF);
    }
    let milliseconds = |name| {
        cookie
            .get(name)
            .and_then(Json::whole)
            .map(Duration::from_millis)
    };
    if let Some(age) = milliseconds("maxAge") {
        config = config.idle(age);
    }
    if let Some(at) = milliseconds("expires") {
        config = config.expires(UNIX_EPOCH + at);
    }
    if let Some(path) = cookie.text_of("path") {
        config = config.path(path);
    }
    if let Some(domain) = cookie.text_of("domain") {
        config = config.domain(domain);
    }
    if let Some(same_site) = cookie.get("sameSite").and_then(same_site) {
        config = config.same_site(same_site);
    }
    let flag = |name| cookie.get(name).and_then(Json::bool);
    if let Some(secure) = flag("secure") {
        config = config.secure(secure);
    }
    if let Some(http_only) = flag("httpOnly") {
        config = config.http_only(http_only);
    }
    if let Some(partitioned) = flag("partitioned") {
        config = config.partitioned(partitioned);
    }
    Ok(config)
}

fn same_site(value: &Json) -> Option<SameSite> {
    match (value.bool(), value.text().as_deref()) {
        (Some(true), _) | (_, Some("strict")) => Some(SameSite::Strict),
        (_, Some("lax")) => Some(SameSite::Lax),
        (_, Some("none")) => Some(SameSite::None),
        _ => None,
    }
}

/// Starts an application with the session, and asks it.
pub(crate) async fn answer(first: Config<First>, asked: Asked) -> Result<Answered, String> {
    let clock = HeldClock::new();
    clock.set(UNIX_EPOCH + Duration::from_millis(asked.now));
    let ids = asked
        .ids
        .iter()
        .filter_map(|id| BASE64_URL_SAFE_NO_PAD.decode(id).ok());
    let random = ScriptedRandom::bytes(ids.flatten().collect::<Vec<_>>());
    let settings = Settings::new().clock(&clock).random(&random);
    let unmounted = Unmounted::with_settings(Visitors { first }, settings);
    let unmounted = unmounted.map_err(|error| format!("refused at start: {error}"))?;
    let seen = Arc::new(Mutex::new((None, None)));
    let (calls, own) = (asked.calls, Arc::clone(&seen));
    let handler = move |session: Session<First>| {
        let (calls, own) = (calls.clone(), Arc::clone(&own));
        async move {
            let seen = handle(session, &calls).await;
            match seen {
                Ok(seen) => {
                    *own.lock().unwrap_or_else(PoisonError::into_inner) = seen;
                    StatusCode::OK
                }
                Err(problem) => {
                    drop(problem);
                    StatusCode::SERVICE_UNAVAILABLE
                }
            }
        }
    };
    let router = unmounted.mount(|_| Router::new().fallback(post(handler)));
    let mut request = Request::post(&asked.path).header("x-forwarded-proto", &asked.proto);
    if let Some(cookie) = &asked.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = request
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let Ok(response) = router.oneshot(request).await;
    let lines = response.headers().get_all(header::SET_COOKIE).iter();
    let lines = lines.filter_map(|line| line.to_str().ok().map(str::to_owned));
    let (before, after) = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Answered {
        status: response.status(),
        before,
        after,
        set_cookie: lines.collect(),
    })
}

/// What the handler of a vector does, and sees before and after.
async fn handle(
    mut session: Session<First>,
    calls: &[Json],
) -> Result<(Option<Seen>, Option<Seen>), String> {
    let before = see(&mut session);
    for entry in calls {
        let mut parts = entry.items().unwrap_or_default().iter();
        let method = parts.next().and_then(Json::text).unwrap_or_default();
        call(&mut session, &method, parts.as_slice()).await?;
    }
    let is_there = !session.meta().is_deleted();
    Ok((before, see(&mut session).filter(|_| is_there)))
}

async fn call(
    session: &mut Session<First>,
    method: &str,
    arguments: &[Json],
) -> Result<(), String> {
    let mut entries = session.get(First::ENTRIES).clone();
    match (method, arguments) {
        ("set" | "assign", [key, value]) => {
            let value = RawValue::from_string(value.stringify());
            entries.set(
                key.text().unwrap_or_default(),
                value.map_err(|error| error.to_string())?,
            );
            session.set(First::ENTRIES, entries);
        }
        ("touch", []) => drop(session.touch()),
        ("destroy", []) => session.delete(),
        ("regenerate", []) => drop(session.regenerate()),
        ("regenerate", [keep]) => {
            let keep: Vec<_> = keep.items().unwrap_or_default().iter().collect();
            let keep: Vec<_> = keep.into_iter().filter_map(Json::text).collect();
            entries.retain(&keep);
            session.regenerate().set(First::ENTRIES, entries);
        }
        ("options", [options]) => drop(session.options(cookie_options(options)?)),
        ("save" | "reload", []) => {
            let mut record = session.record().ok_or("no record")?;
            let done = if method == "save" {
                record.save().await
            } else {
                record.reload().await
            };
            done.map_err(|error| error.to_string())?;
        }
        _ => return Err(format!("{method}() with {} arguments", arguments.len())),
    }
    Ok(())
}

fn cookie_options(options: &Json) -> Result<CookieOptions, String> {
    let mut out = CookieOptions::new();
    for (name, value) in options.entries().unwrap_or_default() {
        out = match (&*String::from_utf16_lossy(name), value) {
            ("maxAge", age) => out.max_age(Duration::from_millis(age.whole().unwrap_or_default())),
            ("secure", Json::Bool(secure)) => out.secure(*secure),
            ("httpOnly", Json::Bool(http_only)) => out.http_only(*http_only),
            (name, _) => return Err(format!("options({{{name}}})")),
        };
    }
    Ok(out)
}

fn see(session: &mut Session<First>) -> Option<Seen> {
    let data = session.get(First::ENTRIES).json();
    let record = session.record()?;
    Some(Seen {
        id: record.id().unwrap_or_default(),
        signed_id: record.signed_id().unwrap_or_default(),
        data,
        cookie: serde_json::to_string(&record.cookie()).unwrap_or_default(),
        is_modified: record.is_modified(),
        is_saved: record.is_saved(),
    })
}
