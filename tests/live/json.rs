//! JSON that is the same to JavaScript, and random JSON.

use proptest::{collection, prelude::*};
use serde_json::{Map, Value};

/// Whether JavaScript could not tell them apart, but for the order of keys: 1 is 1.0, and -0 is 0.
pub(crate) fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let is_in_b = |(key, value)| b.get(key).is_some_and(|other| is_same(value, other));
            a.len() == b.len() && a.iter().all(is_in_b)
        }
        (a, b) => a == b,
    }
}

/// The same for objects.
pub(crate) fn are_same(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    is_same(&Value::Object(a.clone()), &Value::Object(b.clone()))
}

/// Integers that JavaScript's numbers hold.
const SAFE: i64 = (1 << 53) - 1;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{0,8}",
        2 => "\\PC{0,12}",
        1 => any::<String>(),
        // What JSON escapes, what looks like a number, and what JavaScript knows by name.
        1 => prop::sample::select(vec![
            "", "0", "10", "01", "-1", "4294967295", "__proto__", "constructor", "toJSON", "\0",
            "\u{2028}", "\u{feff}", "\"\\/", "\u{7f}", "\u{ffff}", "\u{10ffff}", ";=%2B",
        ])
        .prop_map(str::to_owned),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    let special = [
        0.0,
        -0.0,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        1e21,
        1e-7,
        0.1,
        1.5,
    ];
    prop_oneof![
        any::<i16>().prop_map(Value::from),
        (-SAFE..=SAFE).prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        prop::num::f64::SUBNORMAL.prop_map(Value::from),
        prop::sample::select(special.to_vec()).prop_map(Value::from),
    ]
}

/// Any value.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            collection::btree_map(text(), inner, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// The fields of a session.
pub(crate) fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let name = text().prop_filter("the library's own", |name| name != "__ts");
    collection::btree_map(name, value(), 0..6).prop_map(|fields| fields.into_iter().collect())
}
