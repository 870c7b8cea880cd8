//! What one of the two cannot hold: halves of surrogate pairs, great depth, great integers, and a
//! session that is no object.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use session_runtime::{Config, SealError, SecureSession, SessionRegistry, Settings, Unmounted};
use tests::key;

use crate::{oracle::NOW_MS, sessions::clock_at, three::Three};

/// `[[[…]]]`, so many lists in each other.
fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

/// The deepest value that a field can have: `serde_json` reads 127 levels, one of which is the
/// session itself.
const DEEPEST: usize = 126;

#[test]
fn half_a_surrogate_pair_in_a_field_gives_a_fresh_session_and_no_cookie() {
    let Some(mut three) = Three::start() else {
        return;
    };
    for half in [r#""\ud800""#, r#""a\udfffb""#, r#""\ude00\ud83d""#] {
        let value = three.node_sets("user", half);
        three.rust_refuses(&value, "malformed");
        let value = three.node_sets("notes", &format!("[{{\"in\": {half}}}]"));
        three.rust_refuses(&value, "malformed");
    }
    // As a name, whosever the field is.
    let value = three.node_sets(r"\ud800", "1");
    three.rust_refuses(&value, "malformed");
    let value = three.node_sets("user", r#""\ud83d\ude00""#);
    assert_eq!(three.rust_reads(&value), "{\"user\":\"\u{1f600}\"}");
}

#[test]
fn half_a_surrogate_pair_in_a_field_that_rust_does_not_know_stays_as_it_is() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let value = three.node_sets("node_only", r#""\ud800""#);
    for (browser, _) in three.rust_calls(Some(&value), &json!([["set", "visits", 1]])) {
        let read = three.node_reads(&browser);
        assert_eq!(read, r#"{"visits":1,"node_only":"\ud800"}"#);
    }
}

#[test]
fn a_field_deeper_than_rust_reads_gives_a_fresh_session_and_no_cookie() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let value = three.node_sets("notes", &nested(DEEPEST));
    let expected = format!(r#"{{"notes":{}}}"#, nested(DEEPEST));
    assert_eq!(three.rust_reads(&value), expected);
    for depth in [DEEPEST + 1, DEEPEST + 2, 700] {
        let value = three.node_sets("notes", &nested(depth));
        three.rust_refuses(&value, "malformed");
    }
}

#[test]
fn a_deep_field_that_rust_does_not_know_stays_as_it_is() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let value = three.node_sets("node_only", &nested(700));
    for (browser, _) in three.rust_calls(Some(&value), &json!([["set", "visits", 1]])) {
        let expected = format!(r#"{{"visits":1,"node_only":{}}}"#, nested(700));
        assert_eq!(three.node_reads(&browser), expected);
    }
}

/// Calls that set a field to a list so deep. No request brings it whole: it would not be read.
fn set_to_depth(depth: usize) -> Value {
    let outer = 8;
    let inner: Value = serde_json::from_str(&nested(depth - outer)).unwrap();
    let wraps = std::iter::repeat_n(json!(["wrap"]), outer);
    let calls = std::iter::once(json!(["set", "notes", [inner]])).chain(wraps.skip(1));
    calls.collect()
}

#[test]
fn rust_writes_nothing_so_deep_that_it_could_not_read_it() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let before = three.node_sets("user", "\"ada\"");
    for (browser, _) in three.rust_calls(Some(&before), &set_to_depth(DEEPEST)) {
        let expected = format!(r#"{{"user":"ada","notes":{}}}"#, nested(DEEPEST));
        assert_eq!(three.node_reads(&browser), expected);
    }
    for depth in [DEEPEST + 1, DEEPEST + 2] {
        for (browser, reply) in three.rust_calls(Some(&before), &set_to_depth(depth)) {
            assert_eq!((reply.status, reply.set_cookie.len()), (500, 0));
            assert_eq!(three.node_reads(&browser), r#"{"user":"ada"}"#);
        }
    }
}

#[test]
fn an_integer_beyond_two_to_the_53_is_exact_in_rust_and_rounded_by_node() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let odd = (1_u64 << 53) + 1;
    for (browser, _) in three.rust_calls(None, &json!([["set", "visits", odd]])) {
        let cookie = browser.header("/session");
        let value = cookie.split_once('=').unwrap().1;
        assert_eq!(three.rust_reads(value), format!(r#"{{"visits":{odd}}}"#));
        let answer = three
            .node
            .write(&three.options, Some(&cookie), r#"[["touch"]]"#);
        let rounded = format!(r#"{{"visits":{}}}"#, odd - 1);
        assert_eq!(answer.seen().data.get(), rounded);
        assert_eq!(three.rust_reads(answer.value()), rounded);
    }
}

#[test]
fn an_integer_that_node_writes_rounded_beyond_its_type_is_a_schema_mismatch() {
    let Some(mut three) = Three::start() else {
        return;
    };
    for (browser, _) in three.rust_calls(None, &json!([["set", "visits", u64::MAX]])) {
        let cookie = browser.header("/session");
        let answer = three
            .node
            .write(&three.options, Some(&cookie), r#"[["touch"]]"#);
        let data = answer.seen().data.get().to_owned();
        assert_eq!(data, r#"{"visits":18446744073709552000}"#);
        three.rust_refuses(answer.value(), "schema mismatch");
    }
}

#[test]
fn an_integer_in_a_field_that_rust_does_not_know_keeps_every_digit() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let text = r#"{"__ts":1790000000,"node_only":123456789012345678901234567890}"#;
    let value = three.node.seal(&key(1), text);
    for (browser, _) in three.rust_calls(Some(&value), &json!([["touch"]])) {
        let cookie = browser.header("/session");
        let value = cookie.split_once('=').unwrap().1;
        assert_eq!(three.node.open(&key(1), value), text);
    }
}

#[test]
fn what_is_no_object_locks_nobody_out_of_rust() {
    let Some(mut three) = Three::start() else {
        return;
    };
    for text in ["null", "1", "true", "\"text\"", "{", "", "{} {}", "NaN"] {
        let value = three.node.seal(&key(1), text);
        let answer = three.node.read(&three.options, &format!("session={value}"));
        assert_eq!(answer.status, 500, "{text}");
        three.rust_refuses(&value, "malformed");
        for (browser, _) in three.rust_calls(Some(&value), &json!([["set", "user", "ada"]])) {
            assert_eq!(three.node_reads(&browser), r#"{"user":"ada"}"#);
        }
    }
    // To JavaScript a list is an object.
    let value = three.node.seal(&key(1), "[1]");
    let answer = three.node.read(&three.options, &format!("session={value}"));
    assert_eq!((answer.status, answer.data()), (200, json!({ "0": 1 })));
    three.rust_refuses(&value, "malformed");
}

/// A session that serializes as whatever it holds.
#[derive(SecureSession, Default)]
#[session(name = "odd", cookie_name = "session", format = "fastify")]
struct Odd {
    value: Value,
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self { value })
    }
}

#[derive(SessionRegistry)]
struct OneOdd {
    odd: Config<Odd>,
}

#[test]
fn rust_writes_nothing_that_is_no_object() {
    for config in [Config::new(key(1)), Config::new(key(1)).as_node()] {
        let settings = Settings::new().clock(&clock_at(NOW_MS));
        let unmounted = Unmounted::with_settings(OneOdd { odd: config }, settings).unwrap();
        let sessions = unmounted.codec();
        for value in [
            json!(null),
            json!(true),
            json!(1),
            json!("text"),
            json!([{}]),
        ] {
            let sealed = sessions.encode(&sessions.create(Odd { value }));
            assert_eq!(sealed, Err(SealError::Unserializable));
        }
        let value = json!({});
        assert!(sessions.encode(&sessions.create(Odd { value })).is_ok());
    }
}
