//! Which hosts are this machine itself.

use std::net::IpAddr;

/// Whether a host, as a URL or a Host header names it without its port, is never another machine:
/// `localhost`, a name below it (RFC 6761, section 6.3), or a loopback address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address
        .parse::<IpAddr>()
        .is_ok_and(|address| address.to_canonical().is_loopback())
}
