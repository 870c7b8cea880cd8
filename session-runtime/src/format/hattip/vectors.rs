//! What a real @hattip/session accepted and wrote.
//!
//! The data themselves are others' business: here they are what stands behind the date.

use serde_json::Value;

use super::{EncryptionKeys, HattipKeys, SigningKeys};
use crate::{cookie::header, format::CookieFormat, random::Random};

const TOKENS: &str = include_str!("../../../../tests/interop/vectors/hattip.tokens.json");

fn vectors() -> Vec<Value> {
    let mut file: Value = serde_json::from_str(TOKENS).unwrap();
    std::mem::take(file["vectors"].as_array_mut().unwrap())
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|text| text.as_str().unwrap())
}

/// `None`: the store that neither signs nor encrypts.
fn keys(config: &Value) -> Option<HattipKeys> {
    let keys = texts(&config["keys_base64"]);
    match (config["store"].as_str().unwrap(), &config["secrets"]) {
        ("signed", Value::Null) => {
            Some(HattipKeys::Signing(SigningKeys::from_base64(keys).unwrap()))
        }
        ("signed", secrets) => {
            let keys = SigningKeys::from_secrets(texts(secrets)).unwrap();
            Some(HattipKeys::Signing(keys))
        }
        ("encrypted", _) => {
            let keys = EncryptionKeys::from_base64(keys).unwrap();
            Some(HattipKeys::Encryption(keys))
        }
        _ => None,
    }
}

/// The text behind the date, if the cookie is authentic and lives.
fn living(keys: &HattipKeys, vector: &Value) -> Option<String> {
    let header = http::HeaderValue::from_str(vector["cookie_header"].as_str().unwrap()).unwrap();
    let headers = http::HeaderMap::from_iter([(http::header::COOKIE, header)]);
    let value = header::candidates(&headers, "session").next().unwrap();
    let opened = keys.open(value).ok()?;
    let lives = opened.expires.unwrap() > vector["now_ms"].as_u64().unwrap();
    lives.then(|| String::from_utf8(opened.plaintext().to_vec()).unwrap())
}

#[test]
fn what_node_opens_is_opened_and_what_it_refuses_is_refused() {
    let mut seen = 0;
    for vector in vectors() {
        let Some(keys) = keys(&vector["config"]) else {
            continue;
        };
        seen += 1;
        let (id, expect) = (&vector["id"], &vector["expect"]);
        let living = living(&keys, &vector);
        match expect["verdict"].as_str().unwrap() {
            "accept" => {
                let data: Value = serde_json::from_str(&living.unwrap()).unwrap();
                assert_eq!(data, expect["data"], "{id}");
            }
            "node-error-500" => assert_eq!(living.as_deref(), Some("plain text"), "{id}"),
            // Node takes `null` and nothing for no session, after it has opened them.
            _ => assert!(
                living
                    .as_deref()
                    .is_none_or(|text| text.is_empty() || text == "null"),
                "{id}"
            ),
        }
    }
    assert_eq!(seen, 66);
}

#[test]
fn with_nodes_ivs_the_cookies_are_nodes_byte_for_byte() {
    let mut seen = 0;
    for vector in vectors() {
        let why = vector["why"].as_str().unwrap();
        let (Some(keys), true) = (keys(&vector["config"]), why.starts_with("issued by Node"))
        else {
            continue;
        };
        let header = vector["cookie_header"].as_str().unwrap();
        let value = header.strip_prefix("session=").unwrap();
        let opened = keys.open(value.as_bytes()).ok().unwrap();
        let iv = value
            .split_once('.')
            .and_then(|(iv, _)| super::decode_base64(iv));
        let random = Random::scripted(iv.unwrap());
        let sealed = keys.seal(opened.plaintext(), opened.expires.unwrap(), &random);
        assert_eq!(sealed.unwrap(), value, "{}", vector["id"]);
        seen += 1;
    }
    assert_eq!(seen, 14);
}
