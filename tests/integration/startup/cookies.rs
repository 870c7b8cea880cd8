//! Names and attributes with which a browser would drop the cookie, or mistake it for another.

use std::time::Duration;

use session_runtime::{Config, MAX_LIFETIME, SameSite};
use tests::{AppSessions, key, registry};

use super::{Both, assert_one, auth, node, problems};

#[test]
fn two_sessions_on_one_cookie_by_an_override_are_named_both() {
    let prefs = Config::new(key(1)).cookie_name("__Host-auth");
    let problems = problems(AppSessions {
        prefs,
        ..registry()
    });
    assert_one(
        &problems,
        "sessions `auth` and `prefs`: cookie_name",
        "another `cookie_name`",
    );
}

#[test]
fn two_sessions_on_one_cookie_once_their_prefixes_are_dropped_are_found_too() {
    let both = Both {
        node: Config::new(key(1)),
        other: Config::new(key(2)).cookie_name("node").insecure_over_http(),
    };
    assert_one(
        &problems(both),
        "sessions `node` and `other`: cookie_name",
        "another",
    );
    let prefs = Config::new(key(1))
        .cookie_name("__Host-auth")
        .insecure_over_http();
    let auth = Config::new(key(1)).insecure_over_http();
    let found = problems(AppSessions { auth, prefs });
    assert_one(
        &found,
        "sessions `auth` and `prefs`: cookie_name",
        "another",
    );
}

#[test]
fn d15_d16_a_name_keeps_the_prefix_of_its_type_in_its_spelling() {
    for name in ["auth", "__Secure-auth"] {
        let found = auth(|config| config.cookie_name(name));
        assert_one(&found, "session `auth`: cookie_name", "keep the prefix");
    }
    let found = auth(|config| config.cookie_name("__HOST-auth"));
    assert_one(
        &found,
        "session `auth`: cookie_name",
        "spell the prefix `__Host-`",
    );
    let found = node(|config| config.cookie_name("__Secure-node"));
    assert_one(&found, "session `node`: cookie_name", "keep the prefix");
    for name in ["", "a b", "a;b", "a=b", "ä"] {
        assert_one(
            &node(|config| config.cookie_name(name)),
            "session `node`: cookie_name",
            "token",
        );
    }
}

#[test]
fn d15_a_host_cookie_has_no_domain_and_no_path() {
    let found = auth(|config| config.domain("example.org"));
    assert_one(
        &found,
        "session `auth`: domain",
        "a `__Host-` cookie has no domain",
    );
    let found = auth(|config| config.path("/app"));
    assert_one(&found, "session `auth`: path", "is `/`");
    let found = auth(|config| config.secure(false));
    assert_one(&found, "session `auth`: secure", "needs `secure = true`");
}

#[test]
fn d14_cross_site_and_partitioned_cookies_are_secure() {
    let found = node(|config| config.same_site(SameSite::None).secure(false));
    assert_one(&found, "session `node`: same_site", "needs `secure = true`");
    let found = node(|config| config.partitioned(true).secure(false));
    assert_one(
        &found,
        "session `node`: partitioned",
        "needs `secure = true`",
    );
    assert_eq!(
        node(|config| config.same_site(SameSite::None).partitioned(true)),
        [""; 0]
    );
}

#[test]
fn d17_attributes_that_break_the_header_are_refused() {
    for path in ["app", ""] {
        assert_one(
            &node(|config| config.path(path)),
            "session `node`: path",
            "start with `/`",
        );
    }
    for bad in ["/a;b", "/a\r\nb", "/\u{e9}"] {
        assert_one(
            &node(|config| config.path(bad)),
            "session `node`: path",
            "printable ASCII",
        );
    }
    let long = "d".repeat(1025);
    for bad in ["", "a;b", &long] {
        let found = node(|config| config.domain(bad.to_owned()));
        assert_one(&found, "session `node`: domain", "1 to 1024 bytes");
    }
}

#[test]
fn d18_a_life_of_more_than_400_days_is_refused() {
    assert_eq!(auth(|config| config.max_age(MAX_LIFETIME)), [""; 0]);
    let found = auth(|config| config.max_age(MAX_LIFETIME + Duration::from_secs(1)));
    assert_one(&found, "session `auth`: max_age", "400 days");
}
