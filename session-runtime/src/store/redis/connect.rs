//! Connecting: what is asked of the client, and what is said when it fails.

use std::time::Duration;

use ::redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    io::tcp::TcpSettings,
};

use crate::store::{StoreError, StoreErrorKind};

/// How long one attempt to connect may take.
const CONNECT: Duration = Duration::from_secs(2);

/// How long an answer may take that nobody else waits for: of a cluster, whose client counts
/// itself, and of what goes on though its caller has gone. And how long a connection may be silent.
pub(super) const ANSWER: Duration = Duration::from_secs(3);

pub(super) async fn server(url: &str) -> Result<ConnectionManager, StoreError> {
    let info = parse(url)?;
    let place = place(info.addr());
    let protocol = ProtocolVersion::RESP3;
    let redis = info.redis_settings().clone().set_protocol(protocol);
    let info = info.set_redis_settings(redis).set_tcp_settings(tcp());
    let client = Client::open(info).map_err(|error| refused(&place, &error))?;
    // Every call that finds no connection makes one attempt; waiting between attempts would be
    // waiting within a call. How long an answer may take the caller knows: a second timer would
    // cost as much as his.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(None);
    ConnectionManager::new_with_config(client, config)
        .await
        .map_err(|error| refused(&place, &error))
}

pub(super) async fn cluster<U: AsRef<str>>(
    urls: impl IntoIterator<Item = U>,
) -> Result<ClusterConnection, StoreError> {
    let nodes = urls
        .into_iter()
        .map(|url| parse(url.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    let places: Vec<_> = nodes.iter().map(|info| place(info.addr())).collect();
    let places = places.join(", ");
    let client = ClusterClientBuilder::new(nodes)
        .use_protocol(ProtocolVersion::RESP3)
        .tcp_settings(tcp())
        .connection_timeout(CONNECT)
        .response_timeout(ANSWER)
        .overall_response_timeout(Some(CONNECT + ANSWER))
        .build()
        .map_err(|error| refused(&places, &error))?;
    client
        .get_async_connection()
        .await
        .map_err(|error| refused(&places, &error))
}

fn parse(url: &str) -> Result<ConnectionInfo, StoreError> {
    url.into_connection_info().map_err(|error| {
        // Its detail may hold a part of the URL, and so of a password.
        let what = "redis: this is no URL of a server";
        StoreError::new(StoreErrorKind::Unavailable, what).because(error.category().to_owned())
    })
}

/// Where it is, without who connects.
fn place(address: &ConnectionAddr) -> String {
    match address {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            format!("{host}:{port}")
        }
        address => address.to_string(),
    }
}

/// An answer to a connection's first commands. They hold no key of ours, so its text can be shown:
/// servers do not repeat user or password.
fn refused(place: &str, error: &RedisError) -> StoreError {
    StoreError::new(
        StoreErrorKind::Unavailable,
        format!("redis: cannot connect to {place}: {error}"),
    )
}

fn tcp() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    // A server that is gone without a word (its power, its network) acknowledges nothing. The
    // system would wait for a quarter of an hour, with the connection looking well.
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(ANSWER);
    settings
}
