//! `inspect` and `seal`, where all is well.

use serde_json::Value;

use crate::run::{BASE64, HEX, Place};

/// What Node sends for `{"__ts":1790000000,"k":"v"}`.
pub(crate) const NODE: &str = "session=ThsiRWSFXp9otXTA91hyoGcLsAHA1le%2Bunqcsr1eK0MmFQZmL0lKGT%2B0vA%3D%3D%3BnvN1F6aPZqfBHeaG8%2FlPDLUm%2B3GrFHPX";
const INSPECT: [&str; 3] = ["inspect", "--key-file", "key"];
const SEAL: [&str; 5] = ["seal", "--key-file", "key", "--name", "auth"];

fn json(text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_seal_makes_inspect_opens() {
    let place = Place::with_key();
    let fields =
        "{\"user_id\":7,\"big\":12345678901234567890123,\"z\":{\"b\":[],\"a\":\"\u{e9}\"}}";
    for (seal, inspect) in [
        (&["--name", "auth"][..], &["--name", "auth"][..]),
        (&["--name", "auth", "--cookie"], &[]),
        (&["--name", "auth", "--set-cookie"], &[]),
        (
            &["--name", "a", "--application", "shop", "--cookie"],
            &["--application", "shop"],
        ),
        (
            &["--name", "a", "--cookie-name", "sid", "--cookie"],
            &["--name", "a"],
        ),
        (
            &["--name", "a", "--cookie-name", "sid"],
            &["--name", "a", "--cookie-name", "sid"],
        ),
        (&["--format", "fastify"], &[]),
        (
            &["--format", "fastify", "--set-cookie", "--as-node"],
            &["--as-node"],
        ),
        (
            &["--format", "fastify", "--signed", "--name", "p", "--cookie"],
            &["--signed"],
        ),
    ] {
        let seal = [&["seal", "--key-file", "key"], seal].concat();
        let cookie = place.run_on(&seal, fields).text();
        assert!(
            cookie.ends_with('\n') && cookie.lines().count() == 1,
            "{cookie}"
        );
        let inspect = [&INSPECT, inspect, &["--json", "--idle", "1h"]].concat();
        let report = place.run_on(&inspect, &cookie).text();
        assert!(report.contains(&format!("\"fields\":{fields}")), "{report}");
        let report = json(&report);
        assert_eq!(
            (&report["valid"], &report["reason"]),
            (&true.into(), &Value::Null)
        );
        assert!((3_500..=3_600).contains(&report["seconds_left"].as_i64().unwrap()));
        assert_eq!(report["field_sizes"]["big"], 23);
    }
}

#[test]
fn the_pieces_of_a_minted_cookie_are_what_a_browser_gets() {
    let place = Place::with_key();
    place.write("fields.json", "{ \"a\" : 1 }\n");
    let minted =
        |more: &[&'static str]| place.run(&[&SEAL, more, &["fields.json"]].concat()).text();
    assert!(minted(&["--cookie"]).starts_with("__Host-auth=A"));
    let line = minted(&["--set-cookie"]);
    assert!(line.starts_with("Set-Cookie: __Host-auth=A"), "{line}");
    assert!(
        line.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax\n"),
        "{line}"
    );
    let node = place.run(&[
        "seal",
        "--key-file",
        "key",
        "--format",
        "fastify",
        "--as-node",
        "--set-cookie",
        "fields.json",
    ]);
    let line = node.text();
    assert!(line.starts_with("Set-Cookie: session="), "{line}");
    assert!(line.ends_with("; HttpOnly; SameSite=Lax\n"), "{line}");
    assert!(!line.contains("Path"), "{line}");
}

#[test]
fn the_known_answer_of_node_is_opened_however_it_was_copied() {
    let place = Place::with_key();
    let (_, value) = NODE.split_once('=').unwrap();
    let decoded = value
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let decoded = decoded.replace("%3B", ";");
    for copied in [
        NODE.to_owned(),
        value.to_owned(),
        decoded,
        format!("Cookie: a=1; {NODE}; b=2\r\n"),
        format!("set-cookie: {NODE}; HttpOnly; SameSite=Lax\n"),
        format!("{NODE}; HttpOnly; SameSite=Lax"),
    ] {
        let args = [&INSPECT[..], &["--cookie-name", "session", &copied]].concat();
        let report = place.run(&args).text();
        assert!(
            report.starts_with("verdict   valid, of whatever age"),
            "{report}"
        );
        for line in [
            "format    fastify\n",
            "cookie    session\n",
            "key       file `key`\n",
            "last used 2026-09-21 14:13:20 UTC, ",
            "fields    3 bytes  k\n",
            "\n{\n  \"k\": \"v\"\n}\n",
        ] {
            assert!(report.contains(line), "{report}\nshould have: {line}");
        }
    }
}

/// Sealed by Node: see tests/interop/vectors.
#[test]
fn the_first_session_of_the_vectors_is_shown() {
    let file = include_str!("../../../tests/interop/vectors/secure-session.decode.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let vector = &file["vectors"][0];
    let place = Place::new();
    place.write("key", vector["config"]["key"]["hex"].as_str().unwrap());
    let args = [&INSPECT[..], &["--json"]].concat();
    let report = json(
        &place
            .run_on(&args, vector["cookie_header"].as_str().unwrap())
            .text(),
    );
    assert_eq!(report["fields"], vector["expect"]["data"]);
    assert_eq!(report["last_used"], "2026-09-21T14:13:20.000Z");
    assert_eq!(
        (&report["created"], &report["has_id"]),
        (&Value::Null, &false.into())
    );
    assert_eq!(
        report["field_sizes"],
        serde_json::json!({"user": 7, "n": 2})
    );
    assert_eq!(
        (&report["format"], &report["size_limit"]),
        (&"fastify".into(), &4096.into())
    );
}

#[test]
fn keys_count_in_the_order_given_whether_file_or_variable() {
    let place = Place::with_key();
    place.run(&["keygen", "--out", "new"]).done();
    let env = [("OLD_KEY", HEX), ("OLD_KEY_TOO", BASE64)];
    let cookie = [&SEAL[..], &["--cookie"]].concat();
    let cookie = place.run_on(&cookie, "{}").text();
    for (args, source, is_current) in [
        (
            ["--key-file", "new", "--key-env", "OLD_KEY"],
            "variable `OLD_KEY`",
            false,
        ),
        (
            ["--key-env", "OLD_KEY_TOO", "--key-file", "new"],
            "variable `OLD_KEY_TOO`",
            true,
        ),
    ] {
        let args = [&["inspect", "--json"][..], &args].concat();
        let report = json(&place.run_with(&args, cookie.as_bytes(), &env).text());
        assert_eq!(report["key"], source);
        assert_eq!(report["key_is_current"], is_current);
    }
    // The same key under two names is a rotation that has not happened.
    let twice = ["inspect", "--key-file", "key", "--key-env", "OLD_KEY"];
    let error = place.run_with(&twice, cookie.as_bytes(), &env).failed(2);
    assert!(error.contains("is the same key as"), "{error}");
}

#[test]
fn fields_can_be_kept_out_of_sight() {
    let place = Place::with_key();
    let cookie = [&SEAL[..], &["--cookie"]].concat();
    let cookie = place
        .run_on(&cookie, "{\"pin\":4711,\"\\u001b[2J\":0}")
        .text();
    for args in [&["--no-fields"][..], &["--no-fields", "--json"]] {
        let report = place.run_on(&[&INSPECT, args].concat(), &cookie).text();
        assert!(
            report.contains("pin") && !report.contains("4711"),
            "{report}"
        );
        assert!(
            !report.contains('\u{1b}') && report.contains("\\u001b[2J"),
            "{report}"
        );
    }
}

#[test]
fn every_cookie_of_the_name_is_looked_at() {
    let place = Place::with_key();
    let args = [&INSPECT[..], &["--cookie-name", "session"]].concat();
    let report = place
        .run_on(&args, format!("Cookie: session=x; a=1; {NODE}"))
        .text();
    assert!(
        report.contains("--- cookie 1 of 2 with this name\nverdict   REFUSED"),
        "{report}"
    );
    assert!(
        report.contains("--- cookie 2 of 2 with this name\nverdict   valid"),
        "{report}"
    );
    let args = [&args[..], &["--json"]].concat();
    let lines = place
        .run_on(&args, format!("Cookie: session=x; a=1; {NODE}"))
        .text();
    assert_eq!(lines.lines().count(), 2);
}
