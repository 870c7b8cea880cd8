//! Session values in places where none belongs, and odd headers.

use axum::{body::Body, extract::Request, http::header};
use http::{HeaderMap, HeaderValue};
use session_runtime::Reason;

use super::{assert_alike, desk};

#[tokio::test]
async fn d39_a_session_is_taken_from_its_cookie_and_from_nowhere_else() {
    let desk = desk();
    let value = desk.auth(7);
    let pair = format!("__Host-auth={value}");
    let get = |uri: &str| Request::get(uri.to_owned());
    let requests = [
        get(&format!("/auth?{pair}")).body(Body::empty()),
        get(&format!("/auth?auth={value}&session={value}&sid={value}")).body(Body::empty()),
        get(&format!("/auth;{pair}")).body(Body::empty()),
        Request::post("/auth").body(Body::from(pair.clone())),
        Request::post("/auth")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("auth={value}&{pair}"))),
        get("/auth")
            .header("__Host-auth", &value)
            .body(Body::empty()),
        get("/auth")
            .header("x-auth-session", &value)
            .body(Body::empty()),
        get("/auth")
            .header("x-session-id", &value)
            .body(Body::empty()),
        get("/auth")
            .header("authorization", format!("Bearer {value}"))
            .body(Body::empty()),
        get("/auth").header("set-cookie", &pair).body(Body::empty()),
        get("/auth").header("cookie2", &pair).body(Body::empty()),
    ];
    for request in requests {
        let request = request.unwrap();
        let uri = request.uri().path().to_owned();
        let (reason, answer) = desk.send(request).await;
        let is_route = uri == "/auth";
        assert_eq!(reason, is_route.then_some(Reason::Absent));
        assert_eq!(answer.set_cookies(), [""; 0]);
    }
    assert!(desk.accepts("/auth", &pair).await);
}

#[tokio::test]
async fn d16_other_spellings_of_the_name_are_other_cookies() {
    let desk = desk();
    let value = desk.auth(7);
    for name in [
        "__host-auth",
        "__HOST-auth",
        "__Host-Auth",
        "auth",
        "Host-auth",
        "%5F%5FHost-auth",
        "__Host-auth2",
        "\"__Host-auth\"",
        "__Host-auth[]",
        "$__Host-auth",
        "__Host-auth\u{e9}",
    ] {
        let reason = desk.refuse("/auth", format!("{name}={value}")).await;
        assert_eq!(reason, Reason::Absent, "{name}");
    }
    assert_eq!(
        desk.refuse("/auth", format!("__Host-auth {value}")).await,
        Reason::Absent
    );
}

#[tokio::test]
async fn d10_headers_that_are_no_list_of_cookies_are_read_without_harm() {
    let desk = desk();
    for cookie in [
        b"".as_slice(),
        b";",
        b"=",
        b"; ; ;",
        b"=;=;=",
        b"\t \t",
        b"\xff\xfe",
        b"a=\xff; b=\xc3\x28",
        b"__Host-auth",
        b"; __Host-auth ;",
        b"\x80=\x80",
        b"a;b;c=d=e=f;;",
    ] {
        let reason = desk.refuse("/auth", cookie).await;
        assert_eq!(reason, Reason::Absent, "{}", cookie.escape_ascii());
    }
    for value in [
        b"\xff".as_slice(),
        b"\xf0\x9f\x92\xa9",
        b"\"\xff\"",
        b"\t\xff\t",
        b"%ff\xff",
    ] {
        let cookie = [b"__Host-auth=".as_slice(), value].concat();
        assert_eq!(desk.refuse("/auth", &cookie).await, Reason::Malformed);
        let cookie = [b"shared=".as_slice(), value].concat();
        assert_eq!(desk.refuse("/shared", &cookie).await, Reason::Malformed);
    }
}

#[tokio::test]
async fn d20_d31_of_very_many_cookies_of_the_name_a_bounded_number_is_tried() {
    let desk = desk();
    let many = vec!["__Host-auth=zzz"; 5_000].join("; ");
    assert_eq!(desk.refuse("/auth", &many).await, Reason::Malformed);
    let hidden = format!("{many}; __Host-auth={}", desk.auth(7));
    assert_eq!(desk.refuse("/auth", hidden).await, Reason::Malformed);
}

/// Of several refused cookies the most telling reason is reported.
#[tokio::test]
async fn of_several_reasons_the_most_telling_is_reported() {
    let desk = desk();
    let old = desk.auth(7);
    desk.clock.advance(std::time::Duration::from_secs(3_600));
    for order in [["zzz", &old], [&old, "zzz"]] {
        let cookie = order.map(|value| format!("__Host-auth={value}")).join("; ");
        assert_eq!(desk.refuse("/auth", cookie).await, Reason::Expired);
    }
}

/// D10 for every reason at once: the answers do not differ among themselves.
#[tokio::test]
async fn d10_the_client_sees_no_difference_between_any_two_reasons() {
    let desk = desk();
    let old = desk.auth(7);
    desk.clock.advance(std::time::Duration::from_secs(3_600));
    let other = if old.as_bytes()[60] == b'A' { "B" } else { "A" };
    let altered = format!("{}{other}{}", &old[..60], &old[61..]);
    let mut answers = Vec::new();
    let mut reasons = Vec::new();
    for value in [
        String::new(),
        "zzz".to_owned(),
        "A".repeat(5_000),
        "Ag".to_owned(),
        old.clone(),
        format!("AQAAAAA{}", &old[7..]),
        altered.clone(),
    ] {
        let cookie = HeaderValue::try_from(format!("__Host-auth={value}")).unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, cookie)]);
        let (reason, answer) = desk.ask("/auth", headers).await;
        reasons.push(reason.unwrap());
        answers.push(answer);
    }
    reasons.sort();
    reasons.dedup();
    let expected = [
        Reason::Malformed,
        Reason::Oversized,
        Reason::UnknownVersion,
        Reason::UnknownKey,
        Reason::Tampered,
        Reason::Expired,
    ];
    assert_eq!(reasons, expected);
    for pair in answers.windows(2) {
        assert_alike(&pair[0], &pair[1]);
    }
}
