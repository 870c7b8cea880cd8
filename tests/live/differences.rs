//! Where Rust as it comes is stricter: Node and Rust as Node then agree against it.

use serde_json::{Value, json};
use session_runtime::{Config, Keyring};
use tests::key;

use crate::{
    browser::{Browser, Request, send},
    oracle::{NOW_MS, hex},
    sessions::{Anything, anything},
    three::{Three, seen},
};

/// The user that each of the three sees with these cookies, and why Rust as it comes sees none.
fn users(three: &mut Three, cookies: &str) -> ([Option<String>; 3], Option<String>) {
    let user = |data: &Value| data["user"].as_str().map(str::to_owned);
    let answer = three.node.read(&three.options, cookies);
    assert_eq!(answer.status, 200, "{cookies}");
    let [strict, as_node] = three.rust.each_ref().map(|server| {
        let reply = send(server.port, Request::get("/session"), cookies);
        assert_eq!(reply.status, 200, "{cookies}");
        seen(&reply)
    });
    let reason = strict["reason"].as_str().map(str::to_owned);
    let seen = [
        user(&answer.data()),
        user(&as_node["data"]),
        user(&strict["data"]),
    ];
    (seen, reason)
}

#[test]
fn a_timestamp_that_sets_no_limit_is_refused_unless_as_node() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let tomorrow = NOW_MS / 1000 + 86_400;
    for (text, why) in [
        (r#"{"user":"ada"}"#, "malformed"),
        (r#"{"__ts":"soon","user":"ada"}"#, "malformed"),
        (r#"{"__ts":1,"user":"ada","__ts":1790000000}"#, "malformed"),
        (
            &*format!(r#"{{"__ts":{tomorrow},"user":"ada"}}"#),
            "from the future",
        ),
    ] {
        let value = three.node.seal(&key(1), text);
        let (seen, reason) = users(&mut three, &format!("session={value}"));
        let ada = Some("ada".to_owned());
        assert_eq!(seen, [ada.clone(), ada, None], "{text}");
        assert_eq!(reason.as_deref(), Some(why), "{text}");
    }
}

#[test]
fn a_cookie_planted_in_front_hides_the_session_as_node_only() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let good = three.node_sets("user", "\"ada\"");
    let (seen, _) = users(&mut three, &format!("session=planted; session={good}"));
    assert_eq!(seen, [None, None, Some("ada".to_owned())]);
}

#[test]
fn an_unsigned_cookie_is_refused_where_signed_ones_are_asked_for_unless_as_node() {
    let options = json!({ "key": hex(&key(1)), "cookie": { "signed": true } });
    let Some(mut three) = Three::with(options, || Config::new(key(1)).signed()) else {
        return;
    };
    let value = three.node_sets("user", "\"ada\"");
    let (signed, _) = users(&mut three, &format!("session={value}"));
    assert_eq!(signed.map(|user| user.is_some()), [true; 3]);
    let unsigned = three
        .node
        .seal(&key(1), r#"{"__ts":1790000000,"user":"ada"}"#);
    let (seen, reason) = users(&mut three, &format!("session={unsigned}"));
    assert_eq!(seen.map(|user| user.is_some()), [true, true, false]);
    assert_eq!(reason.as_deref(), Some("tampered"));
}

#[test]
fn a_new_key_loses_what_was_signed_with_the_old_one_as_node_only() {
    let options = json!({ "key": [hex(&key(2)), hex(&key(1))], "cookie": { "signed": true } });
    let config = || Config::new(Keyring::new(key(2)).also_open(key(1))).signed();
    let Some(mut three) = Three::with(options, config) else {
        return;
    };
    let before = anything(Config::new(key(1)).signed(), NOW_MS);
    let fields: Anything = serde_json::from_value(json!({ "user": "ada" })).unwrap();
    let value = before.encode(&before.create(fields)).unwrap();
    let (seen, _) = users(&mut three, &format!("session={value}"));
    assert_eq!(seen, [None, None, Some("ada".to_owned())]);
}

#[test]
fn what_browsers_would_drop_is_sent_as_node_only() {
    let Some(mut three) = Three::start() else {
        return;
    };
    let calls = json!([["set", "user", "a".repeat(4000)]]);
    let answer = three.node.write(&three.options, None, &calls.to_string());
    assert!(answer.cookie().unwrap().len() > 4096);
    let [(_, strict), (kept, as_node)] = three.rust_calls(None, &calls);
    assert_eq!((strict.status, strict.set_cookie.len()), (500, 0));
    assert_eq!((as_node.status, as_node.set_cookie.len()), (200, 1));
    assert_eq!(kept.cookies(), []);
}

#[test]
fn as_node_the_attributes_are_those_of_node() {
    let Some(mut three) = Three::start() else {
        return;
    };
    for calls in [json!([["touch"]]), json!([["delete"]])] {
        let answer = three.node.write(&three.options, None, &calls.to_string());
        let [_, (_, as_node)] = three.rust_calls(None, &calls);
        let attributes = |line: &str| line.split_once(';').unwrap().1.to_owned();
        let (node, rust) = (&answer.set_cookie[0], &as_node.set_cookie[0]);
        assert_eq!(attributes(node), attributes(rust));
    }
}

#[test]
fn as_it_comes_the_attributes_are_those_of_a_node_told_to_be_safe() {
    let safe = json!({ "key": hex(&key(1)), "cookie": { "path": "/", "secure": true } });
    let Some(mut three) = Three::with(safe, || Config::new(key(1))) else {
        return;
    };
    for calls in [json!([["touch"]]), json!([["delete"]])] {
        let answer = three.node.write(&three.options, None, &calls.to_string());
        let [(_, strict), _] = three.rust_calls(None, &calls);
        let attributes = |line: &str| line.split_once(';').unwrap().1.to_owned();
        let (node, rust) = (&answer.set_cookie[0], &strict.set_cookie[0]);
        assert_eq!(attributes(node), attributes(rust));
    }
}

/// Why `Path` is sent: a browser keeps a cookie without one for the folder of the request.
#[test]
fn without_a_path_each_folder_has_a_session_of_its_own() {
    let Some(three) = Three::start() else {
        return;
    };
    let [strict, as_node] = three.rust.each_ref().map(|server| {
        let mut browser = Browser::default();
        for path in ["/session", "/shop/session"] {
            browser.send(server.port, Request::post(path, r#"[["touch"]]"#));
        }
        let cookies = browser.cookies().into_iter();
        cookies.map(|(path, _)| path.to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(strict, ["/"]);
    assert_eq!(as_node, ["/", "/shop"]);
}
