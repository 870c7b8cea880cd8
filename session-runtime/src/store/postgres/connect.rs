//! From a URL to a pool with one connection in it.

use std::time::Duration;

use deadpool_postgres::{
    ConfigConnectImpl, Connect, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error, NoTls, config::Host};

use super::{error, lease::PATIENCE};
use crate::store::{StoreError, StoreErrorKind};

/// What each connection begins with.
///
/// A limit of the server's own ends a statement that nobody waits for any more, and with it the
/// process that it holds. What somebody has set is not overruled.
const PREPARATION: &str = "\
SET default_transaction_isolation = 'read committed';
SELECT set_config('statement_timeout', '5s', false)
WHERE current_setting('statement_timeout') = '0'";

pub(super) async fn pool(url: &str, size: usize) -> Result<Pool, StoreError> {
    let config = config(url)?;
    let place = place(&config);
    let manager = Manager::from_connect(
        config,
        Prepared,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .build()
        .map_err(|error| {
            StoreError::new(StoreErrorKind::Unavailable, "postgres: cannot make a pool")
                .because(error)
        })?;
    match pool.get().await {
        Ok(_) => Ok(pool),
        Err(error) => Err(out_of_reach(&place, &error)),
    }
}

/// Opens connections as `deadpool` does, and prepares them before anybody uses them.
struct Prepared;

type Connecting<'a> =
    std::pin::Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Prepared {
    fn connect(&self, config: &Config) -> Connecting<'_> {
        let config = config.clone();
        Box::pin(async move {
            let connect = ConfigConnectImpl { tls: NoTls };
            let (client, connection) = connect.connect(&config).await?;
            client.batch_execute(PREPARATION).await?;
            Ok((client, connection))
        })
    }
}

fn config(url: &str) -> Result<Config, StoreError> {
    let refused = |why: String| {
        let message = format!(
            "postgres: the URL is not of the form postgres://user:password@host:port/database: {why}"
        );
        Err(StoreError::new(StoreErrorKind::Unavailable, message))
    };
    // Otherwise what comes after the first `@` of a password would be taken for the host, and
    // named as such.
    if url.contains("://") && url.matches('@').count() > 1 {
        return refused("an `@` in a user's name or password is written `%40`".to_owned());
    }
    let mut config: Config = match url.parse() {
        Ok(config) => config,
        Err(error) => return refused(mistake(&error)),
    };
    if config.get_application_name().is_none() {
        config.application_name("session-runtime");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(10));
    }
    Ok(config)
}

/// What is wrong with a URL, unless that would show a piece of it, which may be of the password.
fn mistake(error: &Error) -> String {
    use std::error::Error as _;
    error
        .source()
        .map(ToString::to_string)
        .filter(|text| text.starts_with("invalid value for option"))
        .unwrap_or_else(|| "it cannot be read".to_owned())
}

/// Where a connection leads: of several hosts, all.
fn place(config: &Config) -> String {
    let names = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    });
    let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
    let hosts: Vec<String> = names.chain(addresses).collect();
    let ports: Vec<String> = config.get_ports().iter().map(ToString::to_string).collect();
    let port = if ports.is_empty() {
        "5432".to_owned()
    } else {
        ports.join(",")
    };
    let database = config.get_dbname().or(config.get_user());
    let database = database.unwrap_or("(named as its user)");
    format!("host {}, port {port}, database {database}", hosts.join(","))
}

fn out_of_reach(place: &str, error: &PoolError) -> StoreError {
    let kind = match error {
        PoolError::Timeout(_) => StoreErrorKind::Deadline,
        _ => StoreErrorKind::Unavailable,
    };
    let mut reason = error::pool_text(error);
    if reason.contains("TLS") {
        reason.push_str("; for TLS, give PostgresStore::with_pool a pool that speaks it");
    }
    StoreError::new(
        kind,
        format!("postgres: cannot connect to {place}: {reason}"),
    )
}
