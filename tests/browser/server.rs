//! A router on a free port, for as long as a test needs it.

use std::net::Ipv4Addr;

use axum::Router;
use tokio::{net::TcpListener, task::AbortHandle};

pub(crate) struct Server {
    pub(crate) port: u16,
    task: AbortHandle,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            port,
            task: task.abort_handle(),
        }
    }

    /// A page of a host that is this machine: browsers resolve `*.localhost` by themselves, and trust
    /// it as they trust https.
    pub(crate) fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
