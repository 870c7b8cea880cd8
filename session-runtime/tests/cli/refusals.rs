//! Cookies that are refused: what is said, and the exit code.

use std::{thread::sleep, time::Duration};

use crate::{
    cookies::NODE,
    run::{Place, RAW},
};

const INSPECT: [&str; 3] = ["inspect", "--key-file", "key"];

fn minted(place: &Place) -> String {
    let seal = ["seal", "--key-file", "key", "--name", "auth", "--cookie"];
    place.run_on(&seal, "{\"user_id\":7}").text()
}

#[test]
fn d06_another_purpose_or_key_is_said_to_be_that() {
    let place = Place::with_key();
    place.run(&["keygen", "--out", "other"]).done();
    let cookie = minted(&place);
    for args in [
        &["--key-file", "other"][..],
        &["--key-file", "key", "--application", "staging"],
        &["--key-file", "key", "--name", "admin"],
    ] {
        let report = place
            .run_on(&[&["inspect"], args].concat(), &cookie)
            .refused();
        assert!(
            report.starts_with("verdict   REFUSED: unknown key\n"),
            "{report}"
        );
        for remedy in ["--name", "--cookie-name", "--application", "--key-file"] {
            assert!(report.contains(remedy), "{report}");
        }
        assert!(!report.contains("user_id"), "{report}");
    }
}

#[test]
fn d04_what_happened_to_a_value_is_said() {
    let place = Place::with_key();
    let cookie = minted(&place);
    let cookie = cookie.trim();
    let last = if cookie.ends_with('A') { "Q" } else { "A" };
    let altered = format!("{}{last}A", &cookie[..cookie.len() - 2]);
    let node_altered = NODE.replace("ThsiR", "ThsiS");
    let node_cut = &NODE[..NODE.len() - 6];
    let long = "A".repeat(5_000);
    for (text, reason, expected) in [
        (&*altered, "tampered", "the seal does not hold"),
        (&cookie[..60], "malformed", "it was cut off"),
        (
            &cookie.replace("=A", "=%41"),
            "malformed",
            "character 1 is none of a sealed value",
        ),
        (
            &format!("__Host-auth={long}"),
            "oversized",
            "5000 bytes are more than",
        ),
        (
            "__Host-auth=CbTaahIAAQIDBA",
            "unknown version",
            "does not begin as",
        ),
        (
            "Set-Cookie: __Host-auth=; Max-Age=0",
            "malformed",
            "removes the cookie",
        ),
        ("__Host-auth=", "malformed", "removes the cookie"),
        (&node_altered, "tampered", "the key does not open it"),
        (node_cut, "malformed", "a nonce of 24: it was cut off"),
        (
            &format!("{NODE}.{}", "m".repeat(43)),
            "malformed",
            "--signed",
        ),
    ] {
        let report = place.run(&[&INSPECT[..], &[text]].concat()).refused();
        assert!(
            report.starts_with(&format!("verdict   REFUSED: {reason}\n")),
            "{text}\n{report}"
        );
        assert!(
            report.contains(expected),
            "{report}\nshould say: {expected}"
        );
    }
    let sealed = [&INSPECT[..], &["--format", "sealed", NODE]].concat();
    assert!(place.run(&sealed).refused().contains("--format fastify"));
    let fastify = [&INSPECT[..], &["--format", "fastify", cookie]].concat();
    assert!(place.run(&fastify).refused().contains("--format sealed"));
}

#[test]
fn o01_an_ended_session_is_refused_and_shown() {
    let place = Place::with_key();
    let args = [&INSPECT[..], &["--idle", "86401s", NODE]].concat();
    let report = place.run(&args).refused();
    assert!(report.starts_with("verdict   REFUSED: expired\nwhy       the idle limit passed "));
    assert!(
        report.contains("idle      86401s: ended 2026-09-22 14:13:21 UTC, "),
        "{report}"
    );
    assert!(report.contains("\"k\": \"v\""), "{report}");

    let cookie = minted(&place);
    sleep(Duration::from_millis(1_100));
    let args = [&INSPECT[..], &["--idle", "1h", "--absolute", "1s"]].concat();
    let report = place.run_on(&args, &cookie).refused();
    assert!(
        report.contains("why       the absolute limit passed just now\n"),
        "{report}"
    );
}

/// Sealed by Node: see tests/interop/vectors.
#[test]
fn a_deviation_from_node_is_explained_with_its_switch() {
    let file = include_str!("../../../tests/interop/vectors/secure-session.decode.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let place = Place::with_key();
    let mut seen = [0, 0];
    for vector in file["vectors"].as_array().unwrap() {
        if vector["config"]["key"]["hex"] != *base16ct::lower::encode_string(&RAW)
            || vector["config"].get("cookie").is_some()
        {
            continue;
        }
        let Some(plaintext) = vector["plaintext"].as_str() else {
            continue;
        };
        let header = format!("Cookie: {}", vector["cookie_header"].as_str().unwrap());
        let args = [&INSPECT[..], &["--cookie-name", "session"]].concat();
        if vector["expect"]["verdict"] == "accept" && !plaintext.contains("\"__ts\"") {
            let report = place.run_on(&args, &header).refused();
            assert!(
                report.contains("Node never expires a session without `__ts`"),
                "{report}"
            );
            let as_node = [&args[..], &["--as-node"]].concat();
            place.run_on(&as_node, &header).done();
            seen[0] += 1;
        }
        if vector["expect"]["verdict"] == "node-error-500" {
            let report = place.run_on(&args, &header).refused();
            assert!(report.contains("what was sealed is no session"), "{report}");
            seen[1] += 1;
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}
