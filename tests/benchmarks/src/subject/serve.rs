//! Serves an application on a port that is free, until standard input ends.

use std::io::{self, Write};

use tokio::{io::AsyncReadExt, net::TcpListener};

use crate::{Outcome, apps};

/// As many threads as there are processors it may run on, as by default.
#[tokio::main]
pub(crate) async fn until_told(app: &str, url: Option<&str>) -> Outcome<()> {
    let app = apps::named(app, url).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    let mut told = tokio::io::stdin();
    tokio::select! {
        served = axum::serve(listener, app) => Ok(served?),
        _ = told.read_u8() => Ok(()),
    }
}
