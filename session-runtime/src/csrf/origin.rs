//! Whence a request comes, as far as the browser tells.

use http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
    uri::Authority,
};

/// Whether a page of another site sent it, and none of `trusted`.
///
/// `Sec-Fetch-Site` is what the browser itself says, on every request to a site with https; `Origin` is
/// for those that do not, and is compared with the host that was asked, without the scheme, which a
/// proxy may have taken off. Where neither is there, the token alone decides.
pub(super) fn is_cross_site(headers: &HeaderMap, uri: &Uri, trusted: &[String]) -> bool {
    let origin = headers
        .get(ORIGIN)
        .map(|origin| origin.to_str().unwrap_or("null"));
    if origin.is_some_and(|origin| trusted.iter().any(|trusted| trusted == origin)) {
        return false;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        // `none`: the person himself, by an address or a bookmark.
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = origin else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(uri.authority().map(Authority::as_str));
    let from = origin.split_once("://").map(|(_, from)| from);
    from.is_none()
        || from
            .zip(host)
            .is_none_or(|(from, host)| !from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        let trusted = ["https://app.example".to_owned()];
        is_cross_site(&headers, &Uri::from_static("/"), &trusted)
    }

    #[test]
    fn o10_the_browsers_word_counts_before_the_origin() {
        for (site, expected) in [
            ("same-origin", false),
            ("none", false),
            ("same-site", true),
            ("cross-site", true),
            ("new-word", true),
        ] {
            let other = [("sec-fetch-site", site), ("host", "a.example")];
            assert_eq!(asked(&other), expected, "{site}");
        }
        let proxied = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://a.example"),
            ("host", "inside:3000"),
        ];
        assert!(!asked(&proxied));
    }

    #[test]
    fn o10_an_origin_is_compared_with_the_host() {
        for (origin, host, expected) in [
            ("https://a.example", "a.example", false),
            ("http://A.example:8080", "a.example:8080", false),
            ("https://a.example:8443", "a.example", true),
            ("https://b.example", "a.example", true),
            ("https://a.example.evil", "a.example", true),
            ("null", "a.example", true),
            ("a.example", "a.example", true),
        ] {
            assert_eq!(
                asked(&[("origin", origin), ("host", host)]),
                expected,
                "{origin}"
            );
        }
        assert!(asked(&[("origin", "https://a.example")]));
        assert!(!asked(&[("host", "a.example")]));
    }

    #[test]
    fn o10_a_trusted_origin_is_no_other_site() {
        for site in ["cross-site", "same-site"] {
            let trusted = [("sec-fetch-site", site), ("origin", "https://app.example")];
            assert!(!asked(&trusted));
            let spelt = [
                ("sec-fetch-site", site),
                ("origin", "https://app.example:80"),
            ];
            assert!(asked(&spelt));
        }
    }
}
