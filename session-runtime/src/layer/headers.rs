//! Response headers that go with session cookies.

use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, Entry, SET_COOKIE, VARY},
};

/// Adds a session's Set-Cookie, in place of an earlier one of the same name (RFC 6265bis, 4.1.1:
/// a response should not have two). The application's own cookies stay.
pub(super) fn replace_cookie(headers: &mut HeaderMap, name: &str, value: HeaderValue) {
    let is_ours = |header: &HeaderValue| cookie_name(header) == name.as_bytes();
    if headers.get_all(SET_COOKIE).iter().any(is_ours) {
        let others: Vec<_> = headers
            .get_all(SET_COOKIE)
            .iter()
            .filter(|h| !is_ours(h))
            .cloned()
            .collect();
        headers.remove(SET_COOKIE);
        for other in others {
            headers.append(SET_COOKIE, other);
        }
    }
    headers.append(SET_COOKIE, value);
}

fn cookie_name(header: &HeaderValue) -> &[u8] {
    let name = header.as_bytes().split(|b| *b == b'=').next();
    name.unwrap_or_default().trim_ascii()
}

/// Says that the response depends on the request's cookies, and keeps it out of caches: shared
/// ones, unless the application said otherwise, and all of them if it carries a session.
pub(super) fn mark(headers: &mut HeaderMap, sends_cookie: bool) {
    match headers.entry(VARY) {
        Entry::Vacant(vary) => _ = vary.insert(HeaderValue::from_static("cookie")),
        Entry::Occupied(vary) if vary.iter().any(names_cookie) => {}
        Entry::Occupied(mut vary) => vary.append(HeaderValue::from_static("cookie")),
    }
    if sends_cookie {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else {
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private"));
    }
}

fn names_cookie(vary: &HeaderValue) -> bool {
    let values = vary.to_str().into_iter();
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|field| field == "*" || field.eq_ignore_ascii_case("cookie"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(headers: &HeaderMap, name: http::HeaderName) -> Vec<&str> {
        headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }

    #[test]
    fn an_earlier_cookie_of_the_name_is_replaced_and_others_stay() {
        let mut headers = HeaderMap::new();
        for cookie in ["a=1; Path=/", "auth=old", "ab=2", "auth=older; Secure"] {
            headers.append(SET_COOKIE, cookie.parse().unwrap());
        }
        replace_cookie(&mut headers, "auth", "auth=new".parse().unwrap());
        assert_eq!(
            values(&headers, SET_COOKIE),
            ["a=1; Path=/", "ab=2", "auth=new"]
        );
    }

    #[test]
    fn d21_a_response_with_a_session_cookie_is_not_stored() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, "public, max-age=60".parse().unwrap());
        mark(&mut headers, true);
        assert_eq!(values(&headers, CACHE_CONTROL), ["no-store"]);
        assert_eq!(values(&headers, VARY), ["cookie"]);
    }

    #[test]
    fn a_response_that_read_a_session_is_private_unless_the_application_says_otherwise() {
        let mut headers = HeaderMap::new();
        mark(&mut headers, false);
        assert_eq!(values(&headers, CACHE_CONTROL), ["private"]);
        headers.insert(CACHE_CONTROL, "public".parse().unwrap());
        mark(&mut headers, false);
        assert_eq!(values(&headers, CACHE_CONTROL), ["public"]);
    }

    #[test]
    fn vary_names_cookies_once() {
        for given in ["Cookie", "accept, COOKIE", "*"] {
            let mut headers = HeaderMap::new();
            headers.insert(VARY, given.parse().unwrap());
            mark(&mut headers, false);
            assert_eq!(values(&headers, VARY), [given]);
        }
        let mut headers = HeaderMap::new();
        headers.insert(VARY, "accept-encoding".parse().unwrap());
        mark(&mut headers, false);
        assert_eq!(values(&headers, VARY), ["accept-encoding", "cookie"]);
    }
}
