//! Whether a browser will drop a Secure cookie, as the request came to it over plain http.
//!
//! Only for a message. A server does not see who ended TLS before it, so a request counts as plain
//! where it says so itself and nothing in it speaks of https:
//!
//! - the proxy in front says so (`X-Forwarded-Proto`, `Forwarded`), or
//! - its page has an `http:` address on the same host (`Origin`, `Referer`), or
//! - its browser asks to be led to https (`Upgrade-Insecure-Requests`) and does not say what it
//!   fetches, which browsers say to trustworthy origins alone (Fetch Metadata, section 2).
//!
//! Other clients than browsers say none of this, and nothing is said of them.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{FORWARDED, HOST, ORIGIN, REFERER, UPGRADE_INSECURE_REQUESTS},
    uri::Authority,
};

use crate::loopback::is_loopback;

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Browsers speak HTTP/2, which has no Host header, over TLS alone.
pub(super) fn drops_secure_cookies(headers: &HeaderMap) -> bool {
    if headers.contains_key(FETCH_MODE) {
        return false;
    }
    let Some(authority) = headers.get(HOST).and_then(authority) else {
        return false;
    };
    !is_loopback(authority.host())
        && !says(headers, &authority, "https")
        && (says(headers, &authority, "http") || headers.contains_key(UPGRADE_INSECURE_REQUESTS))
}

fn authority(host: &HeaderValue) -> Option<Authority> {
    Authority::try_from(host.as_bytes()).ok()
}

/// Whether any proxy or the page says that `scheme` leads to this host.
fn says(headers: &HeaderMap, authority: &Authority, scheme: &str) -> bool {
    let is_of_page = |url: &HeaderValue| is_of(url, scheme, authority);
    proxies_say(headers, scheme)
        || [ORIGIN, REFERER]
            .iter()
            .any(|it| headers.get(it).is_some_and(is_of_page))
}

fn proxies_say(headers: &HeaderMap, scheme: &str) -> bool {
    let is_scheme = |value: &str| value.trim().trim_matches('"').eq_ignore_ascii_case(scheme);
    let in_parameter = |parameter: &str| {
        let pair = parameter.split_once('=');
        pair.is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("proto") && is_scheme(value)
        })
    };
    elements(headers, &FORWARDED_PROTO).any(is_scheme)
        || elements(headers, &FORWARDED).any(|element| element.split(';').any(in_parameter))
}

fn elements<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let fields = headers.get_all(name).iter();
    fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
}

/// Whether a URL is of this scheme and this host and port.
fn is_of(url: &HeaderValue, scheme: &str, authority: &Authority) -> bool {
    let url = url.to_str().ok().and_then(|url| url.split_once("://"));
    url.is_some_and(|(its_scheme, rest)| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        its_scheme.eq_ignore_ascii_case(scheme) && host.eq_ignore_ascii_case(authority.as_str())
    })
}

/// Whether a Set-Cookie header has the attribute `Secure`.
pub(super) fn is_secure(set_cookie: &HeaderValue) -> bool {
    let attributes = set_cookie.as_bytes().split(|byte| *byte == b';').skip(1);
    attributes
        .map(<[u8]>::trim_ascii)
        .any(|it| it.eq_ignore_ascii_case(b"Secure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drops(fields: &[(&'static str, &str)]) -> bool {
        let fields = fields
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        drops_secure_cookies(&fields.collect())
    }

    const HOST: (&str, &str) = ("host", "192.168.1.7:3000");

    #[test]
    fn a_request_that_says_it_came_in_the_clear_did() {
        for field in [
            ("origin", "http://192.168.1.7:3000"),
            (
                "referer",
                "http://192.168.1.7:3000/login?next=https://example.org/",
            ),
            ("upgrade-insecure-requests", "1"),
            ("x-forwarded-proto", "http"),
            ("forwarded", "for=192.0.2.60;Proto=\"http\";by=203.0.113.43"),
        ] {
            assert!(drops(&[HOST, field]), "{field:?}");
        }
    }

    #[test]
    fn nothing_is_concluded_from_silence_or_from_another_host() {
        for field in [
            ("accept", "*/*"),
            ("origin", "null"),
            ("origin", "http://192.168.1.7:3001"),
            ("origin", "http://example.org"),
            ("referer", "http://192.168.1.7:3000.example.org/"),
            ("x-forwarded-for", "192.0.2.60"),
        ] {
            assert!(!drops(&[HOST, field]), "{field:?}");
        }
        assert!(!drops(&[("origin", "http://192.168.1.7:3000")]));
        assert!(!drops(&[
            ("host", "two words"),
            ("upgrade-insecure-requests", "1")
        ]));
    }

    #[test]
    fn whoever_says_https_is_believed_over_what_says_http() {
        for field in [
            ("sec-fetch-mode", "navigate"),
            ("x-forwarded-proto", "HTTPS"),
            ("x-forwarded-proto", "https, http"),
            ("forwarded", "proto=http, for=192.0.2.60; proto=https"),
            ("referer", "https://192.168.1.7:3000/"),
        ] {
            let said = [
                HOST,
                ("upgrade-insecure-requests", "1"),
                ("origin", "http://192.168.1.7:3000"),
                field,
            ];
            assert!(!drops(&said), "{field:?}");
        }
    }

    #[test]
    fn browsers_keep_secure_cookies_of_this_machine() {
        for host in [
            "localhost:3000",
            "app.localhost",
            "127.0.0.1:3000",
            "[::1]:3000",
        ] {
            assert!(
                !drops(&[("host", host), ("upgrade-insecure-requests", "1")]),
                "{host}"
            );
        }
        for host in ["0.0.0.0:3000", "localhost.example.org", "app"] {
            assert!(
                drops(&[("host", host), ("upgrade-insecure-requests", "1")]),
                "{host}"
            );
        }
    }

    #[test]
    fn secure_is_an_attribute_and_no_value() {
        for (line, expected) in [
            ("__Host-a=v; Path=/; HttpOnly; Secure; SameSite=Lax", true),
            ("a=Secure; Path=/; HttpOnly", false),
            ("a=v; Path=/Secure", false),
        ] {
            assert_eq!(
                is_secure(&HeaderValue::from_static(line)),
                expected,
                "{line}"
            );
        }
    }
}
