//! `hattip.tokens.json`: a cookie is read, or refused.

use axum::{Router, body::Body, extract::Request, routing::get};
use http::{StatusCode, header};
use http_body_util::BodyExt;
use session_runtime::{
    Config, ConfigError, Deviation, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    hattip::{EncryptionKeys, SigningKeys},
    testing::HeldClock,
};
use tower::ServiceExt;

use crate::{entries::First, json::Json, outcome::Outcome};

#[derive(SessionRegistry)]
struct Visitors {
    first: Config<First>,
}

/// Nothing for a fresh session.
async fn read(session: Session<First>) -> Result<String, StatusCode> {
    if session.meta().reason().is_some() {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(session.get(First::ENTRIES).json())
}

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    let (Some(config), Some(expect)) = (vector.get("config"), vector.get("expect")) else {
        return Outcome::Failed("no configuration or no expectation".to_owned());
    };
    let seen = match seen(config, vector).await {
        Ok(seen) => seen,
        Err(problem) => return Outcome::Failed(problem),
    };
    let expected = expect.get("data").cloned().unwrap_or(Json::Null);
    let problem = match (expect.text_of("verdict").as_deref(), &seen) {
        (Some("accept"), Some(data)) if data.is_same(&expected) => return Outcome::Passed,
        (Some("reject"), None) => return Outcome::Passed,
        (Some("accept"), Some(data)) => format!("data {}", data.stringify()),
        (Some("accept"), None) => "refused".to_owned(),
        (Some("node-error-500"), None) => "Node answers 500".to_owned(),
        _ => "accepted".to_owned(),
    };
    // What is authentic and no object is a session to nobody here.
    let is_no_object = match expect.text_of("verdict").as_deref() {
        Some("accept") => !matches!(expected, Json::Null) && expected.entries().is_none(),
        verdict => verdict == Some("node-error-500"),
    };
    let deviations = (is_no_object && seen.is_none()).then_some(Deviation::NonObjectPlaintext);
    Outcome::judge(problem, deviations.into_iter().collect(), strict)
}

/// The session's data; nothing for a fresh one.
async fn seen(config: &Json, vector: &Json) -> Result<Option<Json>, String> {
    let session = session(config)
        .map_err(|error| format!("refused at start: {error}"))?
        .cookie_name("session");
    let clock = HeldClock::new();
    let now = vector.get("now_ms").and_then(Json::whole);
    let now = std::time::Duration::from_millis(now.unwrap_or_default());
    clock.set(std::time::UNIX_EPOCH + now);
    let settings = Settings::new().clock(&clock);
    let unmounted = Unmounted::with_settings(Visitors { first: session }, settings)
        .map_err(|error| format!("refused at start: {error}"))?;
    let router = unmounted.mount(|_| Router::new().route("/", get(read)));
    let cookie = vector.text_of("cookie_header").unwrap_or_default();
    let request = Request::get("/").header(header::COOKIE, cookie);
    let request = request
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let Ok(response) = router.oneshot(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => Ok(None),
        StatusCode::OK => {
            let body = response.into_body().collect().await;
            let body = body.map_err(|error| error.to_string())?.to_bytes();
            let data = Json::parse(&String::from_utf8_lossy(&body));
            data.map(Some).ok_or_else(|| "no JSON".to_owned())
        }
        status => Err(format!("status {status}")),
    }
}

/// The configuration of a session with a vector's store and keys.
pub(crate) fn session<T: SecureSession>(config: &Json) -> Result<Config<T>, ConfigError> {
    let texts = |name| {
        let texts = config.get(name).and_then(Json::items).unwrap_or_default();
        texts.iter().filter_map(Json::text)
    };
    match config.text_of("store").as_deref() {
        Some("simple") => return Ok(Config::insecure_unsigned(|_| true)),
        Some("encrypted") => {
            return EncryptionKeys::from_base64(texts("keys_base64")).map(Config::new);
        }
        _ => {}
    }
    let secrets = if config.get("secrets").is_some() {
        SigningKeys::from_secrets(texts("secrets"))
    } else {
        SigningKeys::from_base64(texts("keys_base64"))
    };
    secrets.map(Config::new)
}
