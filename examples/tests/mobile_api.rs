//! The API for phones, as a stranger meets it: started, and its `curl` lines run as they are printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use program::{Program, has_curl};

fn api(name: &str) -> Program {
    let name = format!("mobile-api-{name}");
    Program::start(env!("CARGO_BIN_EXE_mobile_api"), &name, &[])
}

const SIGNED_OUT: &str = r#"{"title":"Unauthorized","status":401,"detail":"sign in first"}"#;

#[test]
fn o07_the_printed_lines_do_what_they_say() {
    if !has_curl() {
        return;
    }
    let answers = api("lines").run();
    let [
        before,
        lost,
        new,
        eve,
        still,
        devices,
        _,
        of_eve,
        ended,
        after,
        others,
    ] = <[String; 11]>::try_from(answers).unwrap();
    assert_eq!(before, SIGNED_OUT);
    assert_eq!(lost, r#"{"user":"ada","device":"lost phone"}"#);
    assert_eq!(new, r#"{"user":"ada","device":"new phone"}"#);
    assert_eq!(eve, r#"{"user":"eve","device":"phone of eve"}"#);
    assert_eq!(still, lost);
    assert_eq!(devices.matches("\"id\"").count(), 2, "{devices}");
    assert_eq!(devices.matches("\"is_this\":true").count(), 1, "{devices}");
    assert!(!devices.contains("eve"), "{devices}");
    assert!(of_eve.contains("\"status\":404"), "{of_eve}");
    assert_eq!(ended, "204");
    assert_eq!(after, format!("{SIGNED_OUT} 401 application/problem+json"));
    assert_eq!(others, new);
}

/// An app's jar keeps it when the app is closed, and a browser sends it from no other site.
#[test]
fn the_cookie_outlives_the_app_and_stays_on_its_site() {
    if !has_curl() {
        return;
    }
    let api = api("cookie");
    let address = api.address();
    let sign_in = format!(
        r#"curl -sS -D - -o body {address}/sign-in --json '{{"user":"ada","device":"phone"}}'"#
    );
    let head = api.shell(&sign_in).to_lowercase();
    let cookie = head.lines().find(|line| line.starts_with("set-cookie: "));
    let cookie = cookie.unwrap();
    for attribute in ["max-age=5184000", "samesite=strict", "httponly", "secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

/// What a form of another site could send is not taken.
#[test]
fn a_body_that_is_not_json_is_a_problem() {
    if !has_curl() {
        return;
    }
    let api = api("form");
    let form = format!(
        "curl -sS {}/sign-in -d user=ada -w ' %{{content_type}}'",
        api.address()
    );
    let answer = api.shell(&form);
    assert!(answer.contains("\"status\":415"), "{answer}");
    assert!(answer.ends_with("application/problem+json"), "{answer}");
}
