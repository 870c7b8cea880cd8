//! What a real Node accepted and wrote, run against this format following Node in everything.
//!
//! Keys alone are looked at here: secrets, expiry and JSON are others' business.

use serde_json::Value;

use super::{Fastify, Signing};
use crate::{
    cookie::header,
    format::{CookieFormat, deviation::FastifyPolicy},
    key::Key,
    keyring::Keyring,
    random::Random,
};

const DECODE: &str = include_str!("../../../../tests/interop/vectors/secure-session.decode.json");
const ENCODE: &str = include_str!("../../../../tests/interop/vectors/secure-session.encode.json");

fn vectors(file: &str) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(file).unwrap();
    std::mem::take(file["vectors"].as_array_mut().unwrap())
}

fn key(spec: &Value) -> Key {
    match spec["type"].as_str().unwrap() {
        "bytes" => Key::from_hex(spec["hex"].as_str().unwrap()).unwrap(),
        "string" => Key::from_base64(spec["value"].as_str().unwrap()).unwrap(),
        other => panic!("a key of type {other}"),
    }
}

/// The format of a configuration by keys; nothing for one by a secret, or for several sessions,
/// and without the feature `signed` for one that signs.
fn format(config: &Value) -> Option<Fastify> {
    let keys = match (&config["key"], &config["keys"]) {
        (Value::Object(_), _) => vec![key(&config["key"])],
        (Value::Array(keys), _) | (_, Value::Array(keys)) => keys.iter().map(key).collect(),
        _ => return None,
    };
    let mut keys = keys.into_iter();
    let keyring = keys.by_ref().fold(None, |keyring: Option<Keyring>, key| {
        Some(keyring.map_or(Keyring::new(key.clone()), |keyring| keyring.also_open(key)))
    });
    let signing = match config["cookie"]["signed"].as_bool() {
        #[cfg(feature = "signed")]
        Some(true) => Signing::WithKeys,
        #[cfg(not(feature = "signed"))]
        Some(true) => return None,
        _ => Signing::Off,
    };
    Some(Fastify::new(&keyring?, FastifyPolicy::AS_NODE, signing).unwrap())
}

fn cookie_headers(vector: &Value) -> http::HeaderMap {
    let header = vector["cookie_header"].as_str();
    let header = header.map(|header| http::HeaderValue::from_str(header).unwrap());
    header
        .map(|header| (http::header::COOKIE, header))
        .into_iter()
        .collect()
}

#[test]
fn what_node_opens_is_opened_and_what_it_refuses_is_refused() {
    let mut seen = 0;
    for vector in vectors(DECODE) {
        let (id, expect) = (&vector["id"], &vector["expect"]);
        let Some(format) = format(&vector["config"]) else {
            continue;
        };
        let name = vector["config"]["cookieName"].as_str().unwrap_or("session");
        let headers = cookie_headers(&vector);
        let opened = header::candidates(&headers, name)
            .next()
            .map(|value| format.open(value));
        seen += 1;
        match (
            expect["verdict"].as_str().unwrap(),
            expect["reason"].as_str(),
        ) {
            ("no-cookie", _) => assert!(opened.is_none(), "{id}"),
            // Expiry and JSON come after the seal, which holds.
            ("accept" | "node-error-500", _) | ("reject", Some("expired")) => {
                let opened = opened
                    .unwrap()
                    .unwrap_or_else(|reason| panic!("{id}: {reason}"));
                assert_eq!(opened.stale_key, stale(&vector), "{id}");
                if let Some(plaintext) = vector["plaintext"].as_str() {
                    assert_eq!(opened.plaintext(), plaintext.as_bytes(), "{id}");
                }
            }
            _ => assert!(opened.unwrap().is_err(), "{id}"),
        }
    }
    assert_eq!(seen, if cfg!(feature = "signed") { 102 } else { 92 });
}

/// Whether another key than the first sealed it: Node tells only of sessions that it accepts.
fn stale(vector: &Value) -> bool {
    let first = vector["config"]["keys"]
        .as_array()
        .and_then(|keys| keys.first())
        .map(key);
    let sealer = vector["sealed_with_key_hex"]
        .as_str()
        .map(|hex| Key::from_hex(hex).unwrap());
    let stale = first.is_some() && sealer.is_some() && first != sealer;
    assert_eq!(
        vector["expect"]["reissue"].as_bool().unwrap_or(stale),
        stale,
        "{}",
        vector["id"]
    );
    stale
}

#[test]
fn with_nodes_nonces_the_values_are_nodes_byte_for_byte() {
    let mut seen = 0;
    for vector in vectors(ENCODE) {
        let Some(format) = format(&vector["config"]) else {
            continue;
        };
        for cookie in vector["expect"]["set_cookie"].as_array().unwrap() {
            let expected = cookie["value_encoded"].as_str().unwrap();
            let value = match (cookie["plaintext"].as_str(), cookie["nonce_hex"].as_str()) {
                (Some(plaintext), Some(nonce)) => {
                    let nonce = base16ct::lower::decode_vec(nonce).unwrap();
                    format
                        .seal(plaintext.as_bytes(), 0, &Random::scripted(nonce))
                        .unwrap()
                }
                _ => format.removal_value(),
            };
            assert_eq!(value, expected, "{}", vector["id"]);
            seen += 1;
        }
    }
    assert!(seen >= 25, "{seen}");
}
