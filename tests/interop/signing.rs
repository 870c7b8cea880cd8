//! `fastify-session.sign.json`: ids are signed, and signatures verified; and
//! `fastify-session.config.json`: secrets are taken, or refused at start.

use std::collections::BTreeMap;

use session_runtime::fastify_session::Signer;

use crate::{
    json::Json,
    node_session::{self, Asked},
    outcome::Outcome,
    record_store::RecordStore,
};

/// Node takes an empty secret in a list, with which anybody can sign.
const EMPTY_SECRET: &str = "empty_secret";

pub(crate) async fn run(vector: &Json) -> Outcome {
    let secrets = match node_session::secrets(vector) {
        Ok(secrets) => secrets,
        Err(error) => return Outcome::Failed(format!("refused: {error}")),
    };
    if let Some(text) = vector.text_of("unsign") {
        let unsigned = secrets.unsign(&text);
        let expect = vector.get("expect");
        let flag = |key| expect.and_then(|expect| expect.get(key)?.bool());
        let is_same = match &unsigned {
            None => flag("valid") == Some(false),
            Some(unsigned) => {
                let value = expect.and_then(|expect| expect.text_of("value"));
                flag("valid") == Some(true)
                    && flag("renew") == Some(unsigned.is_stale)
                    && value.as_deref() == Some(&*unsigned.id)
            }
        };
        return outcome(is_same, || format!("valid: {}", unsigned.is_some()));
    }
    let id = vector.text_of("session_id").unwrap_or_default();
    let signed = secrets.sign(&id);
    if vector.text_of("signed").as_deref() != Some(&*signed) {
        return Outcome::Failed(format!("signed {signed}"));
    }
    sent(vector, &id).await
}

/// The cookie of a session with that id, as a response sends it: the record is there.
async fn sent(vector: &Json, id: &str) -> Outcome {
    let record = BTreeMap::from([(format!("sess:{id}"), "{}".to_owned())]);
    let store = RecordStore::new(&record, None);
    let mut config = vec![("secret", vector.get("secret").cloned())];
    config.push(("algorithm", vector.get("algorithm").cloned()));
    config.push(("cookiePrefix", vector.get("cookie_prefix").cloned()));
    let config = config
        .into_iter()
        .filter_map(|(key, value)| Some((key.encode_utf16().collect(), value?)));
    let session = node_session::session(&Json::Object(config.collect()), store, false, |it| it);
    let value = |key| vector.text_of(key).unwrap_or_default();
    let asked = Asked {
        path: "/".to_owned(),
        proto: "https".to_owned(),
        // As an older Node sends it, and this library a newer one.
        cookie: Some(format!("sessionId={}", value("set_cookie_value_cookie1"))),
        ..Asked::default()
    };
    let answered = match session {
        Ok(session) => node_session::answer(session, asked).await,
        Err(error) => return Outcome::Failed(format!("refused: {error}")),
    };
    let lines = answered.map(|answered| answered.set_cookie);
    let expected = format!("sessionId={}; ", value("set_cookie_value_cookie2"));
    match lines.as_deref() {
        Ok([line]) => outcome(line.starts_with(&expected), || format!("sent {line}")),
        lines => Outcome::Failed(format!("sent {lines:?}")),
    }
}

pub(crate) fn start(vector: &Json) -> Outcome {
    let (config, expect) = (vector.get("config"), vector.get("expect"));
    let registers = expect.and_then(|expect| expect.get("registers")?.bool());
    let secrets = config.map(node_session::secrets);
    let is_taken = matches!(secrets, Some(Ok(_)));
    let secret = config.and_then(|config| config.get("secret")?.items());
    let is_empty = |secret: &Json| secret.text().as_deref() == Some("");
    if registers == Some(true) && !is_taken && secret.is_some_and(|it| it.iter().any(is_empty)) {
        return Outcome::Deviated(vec![EMPTY_SECRET]);
    }
    outcome(registers == Some(is_taken), || format!("taken: {is_taken}"))
}

fn outcome(is_same: bool, problem: impl FnOnce() -> String) -> Outcome {
    if is_same {
        Outcome::Passed
    } else {
        Outcome::Failed(problem())
    }
}
