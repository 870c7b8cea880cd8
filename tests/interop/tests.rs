//! The recorded vectors in both modes, and vectors that were spoilt on purpose.

use std::{fs, path::PathBuf};

use super::{
    files::{self, Tally},
    json::Json,
};

const DECODE: &str = "secure-session.decode.json";
const ENCODE: &str = "secure-session.encode.json";
const KEYS: &str = "secure-session.keys.json";
const CONFIG: &str = "secure-session.config.json";
const CODEC: &str = "codec.json";
const TOKENS: &str = "hattip.tokens.json";
const FLOW: &str = "hattip.flow.json";
const RECORDS: &str = "fastify-session.flow.json";
const SIGN: &str = "fastify-session.sign.json";
const SECRETS: &str = "fastify-session.config.json";

fn recorded() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("interop/vectors")
}

fn run(directory: &std::path::Path, strict: bool) -> (Tally, Vec<String>) {
    let mut lines = Vec::new();
    let tally = files::run(directory, strict, &mut |line| lines.push(line)).unwrap();
    (tally, lines)
}

/// Runs one file of the recorded, changed.
fn run_changed(file: &str, strict: bool, change: impl Fn(String) -> String) -> Tally {
    let directory = tempfile(file, strict);
    let text = fs::read_to_string(recorded().join(file)).unwrap();
    fs::write(directory.join(file), change(text)).unwrap();
    let (tally, _) = run(&directory, strict);
    fs::remove_dir_all(directory).unwrap();
    tally
}

fn tempfile(file: &str, strict: bool) -> PathBuf {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default().replace("::", "-");
    let name = format!("vectors-{}-{test}-{file}-{strict}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// Checks how many were passed and how many deviated. `with_redis`: of how many that is so only
/// where there is a Redis.
fn check_sum(tally: &Tally, all: [usize; 2], with_redis: [usize; 2], lines: &[String]) {
    let left_out = if tally.skipped == 0 {
        [0, 0]
    } else {
        with_redis
    };
    let [passed, deviated] = [all[0] - left_out[0], all[1] - left_out[1]];
    let skipped = left_out.iter().sum::<usize>();
    let expected = (passed, deviated, skipped);
    assert_eq!(
        (tally.passed, tally.deviated, tally.skipped),
        expected,
        "{lines:#?}"
    );
}

#[test]
fn as_node_every_vector_is_passed_but_where_node_is_not_to_be_followed() {
    let (tally, lines) = run(&recorded(), false);
    assert_eq!(tally.failed, 0, "{lines:#?}");
    let deviations = [
        "chosen_id_adopted",
        "destroy_without_removal",
        "destroyed_data_stay",
        "empty_secret",
        "error_for_a_date_that_is_none",
        "first_cookie_only",
        "fractional_max_age",
        "fresh_session_is_saved",
        "invalid_keys",
        "max_age_in_milliseconds",
        "no_path_nor_secure",
        "non_object_plaintext",
        "old_record_left",
        "rotated_cookie_cleared",
        "same_site_true",
        "store_error_is_500",
        "timestamp_set",
    ];
    assert!(
        tally.deviations.iter().eq(&deviations),
        "{:?}",
        tally.deviations
    );
    check_sum(&tally, [343, 35], [5, 2], &lines);
}

#[test]
fn strict_differs_by_the_deviations_of_the_table_alone() {
    let (tally, lines) = run(&recorded(), true);
    assert_eq!(tally.failed, 0, "{lines:#?}");
    let deviations = [
        "chosen_id_adopted",
        "destroy_without_removal",
        "destroyed_data_stay",
        "empty_secret",
        "error_for_a_date_that_is_none",
        "expired_at_once",
        "first_cookie_only",
        "fractional_max_age",
        "fresh_session_is_saved",
        "future_timestamp",
        "invalid_keys",
        "max_age_in_milliseconds",
        "missing_timestamp",
        "no_path_nor_secure",
        "non_object_plaintext",
        "old_record_left",
        "path_and_secure",
        "rotated_cookie_cleared",
        "same_site_not_stated",
        "same_site_true",
        "signed_removal",
        "signing_key_rotation",
        "store_error_is_500",
        "timestamp_not_integer",
        "timestamp_set",
        "touch_is_not_saved",
        "unsigned_accepted",
    ];
    assert!(
        tally.deviations.iter().eq(&deviations),
        "{:?}",
        tally.deviations
    );
    check_sum(&tally, [265, 113], [0, 7], &lines);
}

#[test]
fn every_vector_of_the_decode_file_is_passed_as_node_or_holds_no_object() {
    let tally = run_changed(DECODE, false, |text| text);
    assert_eq!(
        (tally.passed, tally.deviated, tally.failed, tally.skipped),
        (104, 4, 0, 0)
    );
    assert!(tally.deviations.iter().eq(&["non_object_plaintext"]));
}

#[test]
fn what_a_vector_is_called_changes_nothing() {
    for strict in [false, true] {
        for file in [DECODE, ENCODE] {
            let anonymous = |text: String| {
                text.replace("\"id\": \"pub-ss-", "\"id\": \"x")
                    .replace("\"group\": \"", "\"group\": \"x")
            };
            let same = run_changed(file, strict, |text| text);
            assert_eq!(run_changed(file, strict, anonymous), same, "{file}");
        }
    }
}

/// A file, a text in it, and another that spoils every vector that holds it.
const SPOILT: &[(&str, &str, &str)] = &[
    (DECODE, "\"user\": \"alice\"", "\"user\": \"eve\""),
    (DECODE, "\"reissue\": true", "\"reissue\": false"),
    (DECODE, "\"ts\": 1790000000,", "\"ts\": 1790000001,"),
    (
        DECODE,
        "\"set_cookie_present\": true",
        "\"set_cookie_present\": false",
    ),
    (
        DECODE,
        "\"reason\": \"decrypt-failed\"",
        "\"reason\": \"expired\"",
    ),
    (
        DECODE,
        "\"verdict\": \"no-cookie\"",
        "\"verdict\": \"accept\"",
    ),
    (DECODE, "\"expiry\": 900", "\"expiry\": 901"),
    (ENCODE, "; SameSite=Lax\"", "; SameSite=Strict\""),
    (ENCODE, "\"header\": \"session=", "\"header\": \"sessiom="),
    (ENCODE, "\"status\": 200", "\"status\": 500"),
    (KEYS, "\"derived_key_hex\": \"", "\"derived_key_hex\": \"0"),
    (
        KEYS,
        "\"cookie_signing_secret\": \"",
        "\"cookie_signing_secret\": \"0",
    ),
    (CONFIG, "\"registers\": false", "\"registers\": true"),
    (
        CODEC,
        "\"cookie@2.0.2\": \"s=v;",
        "\"cookie@2.0.2\": \"s=v; Secure;",
    ),
    (
        CODEC,
        "(secure-session)\": \"61",
        "(secure-session)\": \"62",
    ),
    (TOKENS, "\"verdict\": \"accept\"", "\"verdict\": \"reject\""),
    (TOKENS, "\"verdict\": \"reject\"", "\"verdict\": \"accept\""),
    (TOKENS, "\"n\": 42", "\"n\": 43"),
    (FLOW, "\"EX\",", "\"PX\","),
    (FLOW, "\"expirationTtl\": 300", "\"expirationTtl\": 301"),
    (RECORDS, "\"is_modified\": true", "\"is_modified\": false"),
    (RECORDS, "\"is_saved\": true", "\"is_saved\": false"),
    (
        RECORDS,
        "\\\"originalMaxAge\\\":3600000,",
        "\\\"originalMaxAge\\\":3600001,",
    ),
    (RECORDS, "; HttpOnly; Secure\"", "; Secure\""),
    (RECORDS, "\"user\": \"alice\"", "\"user\": \"eve\""),
    (
        RECORDS,
        "\"encrypted_session_id\": \"",
        "\"encrypted_session_id\": \"x",
    ),
    (RECORDS, "Max-Age=0; Path=/;", "Max-Age=0; Path=/x;"),
    (SIGN, "\"renew\": true", "\"renew\": false"),
    (SIGN, "\"valid\": true", "\"valid\": false"),
    (SIGN, "\"signed\": \"", "\"signed\": \"x"),
    (SECRETS, "\"registers\": false", "\"registers\": true"),
    (FLOW, "; Max-Age=300000\"", "; Max-Age=300\""),
    (FLOW, "\"is_fresh\": true", "\"is_fresh\": false"),
    (FLOW, "; Max-Age=3600000;", "; Max-Age=3600001;"),
    (
        FLOW,
        ".WwBVxKAB.%7B%22n%22%3A1%7D;",
        ".WwBVxKAC.%7B%22n%22%3A1%7D;",
    ),
    (FLOW, "session=; Max-Age=0\"", "session=x; Max-Age=0\""),
];

#[test]
fn a_vector_that_differs_without_a_rule_is_failed() {
    for (file, from, to) in SPOILT {
        for strict in [false, true] {
            let spoilt = run_changed(file, strict, |text| {
                assert!(text.contains(from), "{file}: {from}");
                text.replace(from, to)
            });
            assert!(spoilt.failed > 0, "{file}: {from} -> {to}: {spoilt}");
        }
    }
}

/// What a vector holds names the rule, and what happened must be what the rule says: a refusal
/// for another reason is not excused. That of `"__ts": null` would be, had Node accepted it.
#[test]
fn a_rule_excuses_only_what_it_says() {
    for (from, to, excused) in [
        ("\"verdict\": \"reject\"", "\"verdict\": \"accept\"", 1),
        (
            "\"verdict\": \"accept\"",
            "\"verdict\": \"node-error-500\"",
            0,
        ),
        ("\"verdict\": \"accept\"", "\"verdict\": \"reject\"", 0),
    ] {
        for strict in [false, true] {
            let before = run_changed(DECODE, strict, |text| text);
            let spoilt = run_changed(DECODE, strict, |text| text.replace(from, to));
            assert!(spoilt.failed > 0, "{from} -> {to}: {spoilt}");
            assert!(
                spoilt.deviated <= before.deviated + excused,
                "{from} -> {to}: {spoilt}"
            );
        }
    }
}

#[test]
fn values_that_strict_json_cannot_hold_are_compared_as_javascript_would() {
    let parse = |text| Json::parse(text).unwrap();
    for (text, same) in [
        (r#"{"a":1,"b":2}"#, r#"{"b":2.0,"a":1e0}"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#""\ud83d\ude00""#, "\"\u{1f600}\""),
        (r#""\ud800""#, r#""\uD800""#),
        ("[1e999,-0]", "[null,0]"),
    ] {
        assert!(parse(text).is_same(&parse(same)), "{text} {same}");
    }
    for (text, other) in [
        (r#""\ud800""#, r#""\ud801""#),
        ("[1]", "[1,1]"),
        ("{}", "[]"),
        ("0", "null"),
    ] {
        assert!(!parse(text).is_same(&parse(other)), "{text} {other}");
    }
    for bad in [
        "",
        "01",
        "1.",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "\"\n\"",
        "NaN",
        "'a'",
        "nul",
        "1 2",
        "\"\\ud8\"",
    ] {
        assert!(Json::parse(bad).is_none(), "{bad}");
    }
    let meant =
        parse(r#"{"$json":"[1e21,1e-7,\"\\ud800\",123456789012345680000,0.000001]"}"#).meant();
    assert_eq!(
        meant.stringify(),
        r#"[1e+21,1e-7,"\ud800",123456789012345680000,0.000001]"#
    );
}
