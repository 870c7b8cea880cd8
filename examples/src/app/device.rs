//! What a request comes from: the address, and what the browser calls itself.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header::USER_AGENT, request::Parts},
};

/// The device at the other end.
pub(crate) struct Device {
    /// A label for the list of devices, and nothing to rely on.
    pub(crate) name: String,
    /// Of the connection. Behind a proxy that is the proxy's: take its header there, and from it
    /// alone.
    pub(crate) address: IpAddr,
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            name: name(agent.unwrap_or_default()),
            // Without a connection: a test.
            address: connection.map_or(Ipv4Addr::LOCALHOST.into(), |info| info.0.ip()),
        })
    }
}

/// More telling names first: Edge also says that it is Chrome, and Chrome that it is Safari.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// Such as "Firefox, Linux".
fn name(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        let found = names.find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(30).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn browsers_are_told_apart() {
        let agents = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", "curl"),
            ("phone", "phone"),
        ];
        for (agent, name) in agents {
            assert_eq!(super::name(agent), name);
        }
    }
}
