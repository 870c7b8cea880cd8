//! How a request came to the proxy in front: over https, or in the clear.

use std::{fmt, net::IpAddr, sync::Arc};

use http::{Extensions, HeaderMap};

/// The proxy in front of an application, and how it says over what a request came.
///
/// An application behind a proxy sees plain http whatever the browser used, so it must be told
/// whom to believe. Given to `FastifySession::behind` and `FastifySession::secure_auto`.
///
/// ```
/// use std::net::{IpAddr, Ipv4Addr};
/// use session_runtime::Proxy;
///
/// // A proxy on the same machine, which sets X-Forwarded-Proto itself. The address of who connects
/// // is where the server has put it: with axum, `ConnectInfo<SocketAddr>`.
/// # #[derive(Clone)] struct ConnectInfo<T>(T);
/// # use std::net::SocketAddr;
/// let proxy = Proxy::x_forwarded_proto().at([IpAddr::V4(Ipv4Addr::LOCALHOST)], |extensions| {
///     Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip())
/// });
/// # let _ = proxy;
/// ```
///
/// # Security
///
/// Whoever reaches the application past the proxy writes the header himself. Name the proxy's
/// addresses with [`at`](Self::at), or see to it that nobody else can connect. Of several values
/// the last counts, which is that of the proxy nearest to the application.
#[derive(Clone)]
#[must_use = "a proxy does nothing until a session is told of it"]
pub struct Proxy {
    header: Header,
    /// `None`: whoever connects.
    known: Option<Known>,
}

#[derive(Clone)]
struct Known {
    addresses: Vec<IpAddr>,
    peer: Arc<Peer>,
}

type Peer = dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync;

#[derive(Debug, Clone, Copy)]
enum Header {
    XForwardedProto,
    Forwarded,
}

impl Proxy {
    /// Says so in `X-Forwarded-Proto`, as most do; `trustProxy` of Fastify reads it too.
    pub const fn x_forwarded_proto() -> Self {
        Self {
            header: Header::XForwardedProto,
            known: None,
        }
    }

    /// Says so in `Forwarded` (RFC 7239), as `proto=https`.
    pub const fn forwarded() -> Self {
        Self {
            header: Header::Forwarded,
            known: None,
        }
    }

    /// Believes it from these addresses alone; a request of anybody else came in the clear. `peer`
    /// finds the address of who connects; of one that it does not find, nothing is believed.
    ///
    /// With axum, serve the router with `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn at(
        mut self,
        addresses: impl IntoIterator<Item = IpAddr>,
        peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        let addresses = addresses.into_iter().map(|it| it.to_canonical());
        self.known = Some(Known {
            addresses: addresses.collect(),
            peer: Arc::new(peer),
        });
        self
    }

    /// Whether the browser used https, as far as the proxy can be believed. `None`: there is no
    /// request of which that could be known.
    pub(super) fn says_https(
        &self,
        headers: &HeaderMap,
        extensions: Option<&Extensions>,
    ) -> Option<bool> {
        let Some(known) = &self.known else {
            return Some(self.is_https(headers));
        };
        let peer = (known.peer)(extensions?);
        let is_proxy = peer.is_some_and(|it| known.addresses.contains(&it.to_canonical()));
        Some(is_proxy && self.is_https(headers))
    }

    fn is_https(&self, headers: &HeaderMap) -> bool {
        let scheme = match self.header {
            Header::XForwardedProto => last_element(headers, "x-forwarded-proto"),
            Header::Forwarded => last_element(headers, "forwarded").and_then(proto),
        };
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("header", &self.header)
            .field(
                "addresses",
                &self.known.as_ref().map(|known| &known.addresses),
            )
            .finish()
    }
}

/// The last element of a list over all fields of this name.
fn last_element<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next().map(str::trim)
}

/// The parameter `proto` of an element of `Forwarded`.
fn proto(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, scheme) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("proto"))?;
    Some(scheme.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(proxy: &Proxy, fields: &[(&'static str, &str)], peer: Option<&str>) -> bool {
        let fields = fields.iter().map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, http::HeaderValue::from_str(value).unwrap())
        });
        let mut extensions = Extensions::new();
        if let Some(peer) = peer {
            extensions.insert(peer.parse::<IpAddr>().unwrap());
        }
        let fields = fields.collect();
        assert_eq!(
            proxy.clone().at([], |_| None).says_https(&fields, None),
            None
        );
        proxy.says_https(&fields, Some(&extensions)).unwrap()
    }

    #[test]
    fn the_last_value_is_that_of_the_nearest_proxy() {
        let proxy = Proxy::x_forwarded_proto();
        let name = "x-forwarded-proto";
        for (fields, expected) in [
            (&[(name, "https")][..], true),
            (&[(name, "HTTPS")], true),
            (&[(name, "http")], false),
            (&[(name, "https, http")], false),
            (&[(name, "http,https")], true),
            (&[(name, "https"), (name, "http")], false),
            (&[("forwarded", "proto=https")], false),
            (&[], false),
        ] {
            assert_eq!(says(&proxy, fields, None), expected, "{fields:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_has_it() {
        let proxy = Proxy::forwarded();
        for (value, expected) in [
            ("proto=https", true),
            ("for=192.0.2.1;Proto=\"https\";by=203.0.113.4", true),
            ("proto=https, for=192.0.2.1;proto=http", false),
            ("for=192.0.2.1", false),
            ("https", false),
        ] {
            assert_eq!(
                says(&proxy, &[("forwarded", value)], None),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn nobody_else_is_believed() {
        let known = ["192.0.2.1".parse().unwrap()];
        let proxy = Proxy::x_forwarded_proto().at(known, |extensions| extensions.get().copied());
        let fields = &[("x-forwarded-proto", "https")];
        assert!(says(&proxy, fields, Some("192.0.2.1")));
        assert!(says(&proxy, fields, Some("::ffff:192.0.2.1")));
        assert!(!says(&proxy, fields, Some("192.0.2.2")));
        assert!(!says(&proxy, fields, None));
    }
}
