//! Who may look: as much of it as a request tells.

use http::{HeaderMap, Method, Request, uri::Authority};

use crate::loopback::is_loopback;

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Method,
    /// It asks for another name than this machine's own.
    Host,
    /// It says that a proxy took it on.
    Forwarded,
    /// It comes from another machine.
    Peer,
    /// Another site's page asks for it.
    CrossSite,
}

impl Refusal {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "the session inspector is only looked at: GET",
            Self::Host => {
                "the session inspector answers for `localhost`, `*.localhost` and loopback addresses \
                 alone; `SessionInspector::insecure_from_anywhere` lifts that"
            }
            Self::Forwarded => {
                "the session inspector answers no request that a proxy has forwarded; \
                 `SessionInspector::insecure_from_anywhere` lifts that"
            }
            Self::Peer => {
                "the session inspector answers this machine alone; \
                 `SessionInspector::insecure_from_anywhere` lifts that"
            }
            Self::CrossSite => {
                "the session inspector shows itself to no page of another site: enter its address by \
                 hand"
            }
        }
    }
}

/// Whether this request may be answered. Nothing that it says of itself is proof, save to a browser
/// that somebody uses honestly: what it guards is that browser's own sessions.
pub(super) fn check<B>(request: &Request<B>, from_anywhere: bool) -> Result<(), Refusal> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(Refusal::Method);
    }
    let headers = request.headers();
    if !from_anywhere {
        // A name of somebody else's that leads here by his DNS (rebinding), or a public one.
        let host = host(request)?;
        if !host.is_none_or(|host| is_loopback(&host)) {
            return Err(Refusal::Host);
        }
        if FORWARDING.iter().any(|name| headers.contains_key(*name)) {
            return Err(Refusal::Forwarded);
        }
        if peer_is_elsewhere(request) {
            return Err(Refusal::Peer);
        }
    }
    if is_cross_site(headers) {
        return Err(Refusal::CrossSite);
    }
    Ok(())
}

/// What proxies put into the requests they take on, if they are told to, or do by themselves.
const FORWARDING: [&str; 9] = [
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
];

/// The host that is asked for. `None`: none is named, as by no browser.
fn host<B>(request: &Request<B>) -> Result<Option<String>, Refusal> {
    if let Some(authority) = request.uri().authority() {
        return Ok(Some(authority.host().to_owned()));
    }
    let Some(field) = request.headers().get(http::header::HOST) else {
        return Ok(None);
    };
    let text = field.to_str().map_err(|_| Refusal::Host)?;
    let authority: Authority = text.parse().map_err(|_| Refusal::Host)?;
    Ok(Some(authority.host().to_owned()))
}

/// Whether the server has noted who connects, and it is another machine.
#[cfg(feature = "axum")]
fn peer_is_elsewhere<B>(request: &Request<B>) -> bool {
    use std::net::SocketAddr;

    use axum::extract::ConnectInfo;

    let noted = request.extensions().get::<ConnectInfo<SocketAddr>>();
    noted.is_some_and(|peer| !peer.0.ip().to_canonical().is_loopback())
}

#[cfg(not(feature = "axum"))]
const fn peer_is_elsewhere<B>(_: &Request<B>) -> bool {
    false
}

/// Whether a page of another origin asks for it in the background. A visit that the user sees, by a
/// link for instance, tells that page nothing. Browsers that do not say are not known to exist any
/// more; other clients have no page.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let is = |name, value: &str| headers.get(name).is_some_and(|it| it == value);
    let has_page = headers.contains_key("sec-fetch-site");
    let from_here = is("sec-fetch-site", "same-origin") || is("sec-fetch-site", "none");
    let is_visit = is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    has_page && !from_here && !is_visit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(fields: &[(&'static str, &str)]) -> Request<()> {
        let mut request = Request::get("/sessions");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    fn refusal(fields: &[(&'static str, &str)]) -> Option<Refusal> {
        check(&request(fields), false).err()
    }

    #[test]
    fn this_machine_alone_is_answered_by_its_name() {
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "app.localhost:80",
            "localhost.",
            "127.0.0.1:3000",
            "127.8.8.8",
            "[::1]:3000",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(refusal(&[("host", host)]), None, "{host}");
        }
        for host in [
            "example.org",
            "localhost.example.org",
            "notlocalhost",
            "192.168.1.7:3000",
            "0.0.0.0",
            "[2001:db8::1]",
            "",
            "local host",
        ] {
            assert_eq!(refusal(&[("host", host)]), Some(Refusal::Host), "{host}");
        }
        assert_eq!(refusal(&[]), None);
    }

    #[test]
    fn the_target_counts_where_it_names_a_host() {
        let mut asked = request(&[("host", "localhost")]);
        *asked.uri_mut() = "http://example.org/sessions".parse().unwrap();
        assert_eq!(check(&asked, false), Err(Refusal::Host));
    }

    #[test]
    fn what_was_forwarded_is_refused() {
        for name in FORWARDING {
            let fields = [("host", "localhost"), (name, "127.0.0.1")];
            assert_eq!(refusal(&fields), Some(Refusal::Forwarded), "{name}");
        }
    }

    #[cfg(feature = "axum")]
    #[test]
    fn another_machine_is_refused_where_the_server_says_who_connects() {
        use std::net::SocketAddr;

        use axum::extract::ConnectInfo;

        for (peer, expected) in [
            ("127.0.0.1:9", Ok(())),
            ("[::1]:9", Ok(())),
            ("[::ffff:127.0.0.1]:9", Ok(())),
            ("192.0.2.1:9", Err(Refusal::Peer)),
        ] {
            let mut asked = request(&[("host", "localhost")]);
            let peer: SocketAddr = peer.parse().unwrap();
            asked.extensions_mut().insert(ConnectInfo(peer));
            assert_eq!(check(&asked, false), expected, "{peer}");
            assert_eq!(check(&asked, true), Ok(()));
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused_and_visits_are_not() {
        for (site, mode, dest, expected) in [
            ("none", "navigate", "document", true),
            ("same-origin", "cors", "empty", true),
            ("cross-site", "navigate", "document", true),
            ("cross-site", "navigate", "iframe", false),
            ("cross-site", "no-cors", "image", false),
            ("same-site", "cors", "empty", false),
        ] {
            let fields = [
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            for from_anywhere in [false, true] {
                let checked = check(&request(&fields), from_anywhere);
                assert_eq!(checked.is_ok(), expected, "{fields:?}");
            }
        }
    }

    #[test]
    fn it_is_only_looked_at() {
        let mut asked = request(&[]);
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            *asked.method_mut() = method;
            assert_eq!(check(&asked, true), Err(Refusal::Method));
        }
    }
}
