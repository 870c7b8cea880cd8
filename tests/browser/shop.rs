//! The shop of the examples, served to a browser, with a clock that the test holds.

use std::{net::Ipv4Addr, sync::Arc, time::SystemTime};

use examples::app::{self, Settings, Users};
use session_runtime::{store::SessionStore, testing::HeldClock};
use tokio::{net::TcpListener, task::AbortHandle};

use crate::meeting::MeetingStore;

pub(crate) struct Shop<S = MeetingStore> {
    pub(crate) clock: HeldClock,
    pub(crate) store: Arc<S>,
    address: String,
    server: AbortHandle,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(MeetingStore::new()).await
    }
}

impl<S: SessionStore> Shop<S> {
    pub(crate) async fn with(store: S) -> Self {
        // From now on: the browser reckons with its own clock when a cookie ends.
        let clock = HeldClock::at(SystemTime::now());
        let (store, users) = (Arc::new(store), Users::in_memory().unwrap());
        let settings = Settings::new(store.clone(), users, tests::key(1)).clock(&clock);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let server = tokio::spawn(async move { app::serve(listener, settings).await.unwrap() });
        Self {
            clock,
            store,
            address,
            server: server.abort_handle(),
        }
    }

    /// The address of a page.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl<S> Drop for Shop<S> {
    fn drop(&mut self) {
        self.server.abort();
    }
}
