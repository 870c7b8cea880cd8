//! Ten thousand random inputs a parser, each through the whole stack.

use proptest::prelude::*;
use session_runtime::Reason;
use tests::key;
use tokio::runtime::Runtime;

use super::{
    Desk, NOW, desk,
    forge::{self, AUTH, envelope},
    shared_key,
};

const CASES: u32 = 10_000;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// Runs `check` on `CASES` inputs, all before one application.
fn for_all<S: Strategy>(
    strategy: S,
    mut check: impl FnMut(&Runtime, &Desk, S::Value) -> Result<(), TestCaseError>,
) {
    let (runtime, desk) = (runtime(), desk());
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let check = std::cell::RefCell::new(&mut check);
    runner
        .run(&strategy, |input| {
            (check.borrow_mut())(&runtime, &desk, input)
        })
        .unwrap();
}

/// Bytes that a header can hold, with those that mean something to a parser more often.
fn header_bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        2 => prop::sample::select(b";=%,\"\t +/-_.3B".to_vec()),
        2 => prop::sample::select(b"ABCDEFabcdef0123456789".to_vec()),
        1 => 0x20..0x7f_u8,
        1 => 0x80..=0xff_u8,
    ];
    prop::collection::vec(byte, 0..length)
}

#[test]
fn d10_any_cookie_header_is_answered_as_none_is() {
    for_all(header_bytes(200), |runtime, desk, bytes| {
        runtime.block_on(desk.refuse("/auth", &bytes));
        Ok(())
    });
}

#[test]
fn d10_any_sealed_value_is_refused() {
    for_all(header_bytes(200), |runtime, desk, bytes| {
        let reason =
            runtime.block_on(desk.refuse("/auth", [b"__Host-auth=".as_slice(), &bytes].concat()));
        prop_assert_ne!(reason, Reason::Absent);
        Ok(())
    });
}

#[test]
fn d10_any_fastify_value_is_refused() {
    for_all(header_bytes(200), |runtime, desk, bytes| {
        let reason =
            runtime.block_on(desk.refuse("/shared", [b"shared=".as_slice(), &bytes].concat()));
        prop_assert_ne!(reason, Reason::Absent);
        Ok(())
    });
}

/// Bytes of the right shape behind the right key id: what is left for the seal to refuse.
#[test]
fn d04_any_ciphertext_under_a_known_key_id_is_refused() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let head = forge::sealed_bytes(&key(1), AUTH, b"")[..5].to_vec();
    for_all(
        prop::collection::vec(any::<u8>(), 0..200),
        |runtime, desk, bytes| {
            let value = URL_SAFE_NO_PAD.encode([&*head, &bytes].concat());
            let reason = runtime.block_on(desk.refuse("/auth", format!("__Host-auth={value}")));
            let expected = if bytes.len() < 40 {
                Reason::Malformed
            } else {
                Reason::Tampered
            };
            prop_assert_eq!(reason, expected);
            Ok(())
        },
    );
}

/// JSON, nearly JSON, and anything else.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"\"".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| n.to_string()),
        "\\PC{0,6}".prop_map(|text| format!("{text:?}")),
        "\\PC{0,4}",
    ];
    let name = prop_oneof![
        Just("__ts"),
        Just("user"),
        Just("visits"),
        Just("roles"),
        Just("user_id"),
        Just("id"),
        Just("iat"),
        Just("ts"),
        Just("v"),
        Just("d"),
        Just(""),
        Just("\\u005f_ts"),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let entry = (name.clone(), inner.clone()).prop_map(|(k, v)| format!("\"{k}\":{v}"));
        prop_oneof![
            prop::collection::vec(entry, 0..6).prop_map(|all| format!("{{{}}}", all.join(","))),
            prop::collection::vec(inner, 0..6).prop_map(|all| format!("[{}]", all.join(","))),
        ]
    })
}

fn accepted_or_alike(runtime: &Runtime, desk: &Desk, path: &str, cookie: &str) {
    let accepted = runtime.block_on(desk.accepts(path, cookie));
    if !accepted {
        let reason = runtime.block_on(desk.refuse(path, cookie));
        let of_the_payload = [
            Reason::Malformed,
            Reason::SchemaMismatch,
            Reason::FromFuture,
            Reason::Expired,
        ];
        assert!(of_the_payload.contains(&reason), "{cookie}: {reason}");
    }
}

#[test]
fn d30_any_authentic_fastify_payload_is_a_session_or_a_reason() {
    for_all(json_text(), |runtime, desk, text| {
        for text in [
            text.clone(),
            text.replacen('{', &format!("{{\"__ts\":{NOW},"), 1),
        ] {
            let cookie = format!("shared={}", forge::fastify(&shared_key(), text));
            accepted_or_alike(runtime, desk, "/shared", &cookie);
        }
        Ok(())
    });
}

#[test]
fn d30_any_authentic_sealed_payload_is_a_session_or_a_reason() {
    for_all(json_text(), |runtime, desk, text| {
        for text in [text.clone(), envelope(NOW * 1000, &text)] {
            let cookie = format!("__Host-auth={}", forge::sealed(&key(1), AUTH, text));
            accepted_or_alike(runtime, desk, "/auth", &cookie);
        }
        Ok(())
    });
}
