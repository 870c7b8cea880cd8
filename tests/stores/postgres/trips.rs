//! How often each call asks the server, counted between the two.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use session_runtime::store::{
    PostgresStore, PrincipalIndex, Revocations, SessionLimit, SessionStore, Sweep,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{Bench, HOUR, NOW, key, principal, record};

/// Passes everything on, and counts how often the server says that it is ready for more.
struct Proxy {
    port: u16,
    trips: Arc<AtomicU64>,
}

impl Proxy {
    async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let trips = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&trips);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                let ((mut from_client, to_client), (from_server, mut to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
                tokio::spawn(answers(from_server, to_client, Arc::clone(&count)));
            }
        });
        Self { port, trips }
    }

    /// A store with one connection, through this.
    async fn store(&self, bench: &Bench) -> PostgresStore {
        let url = bench.database.url_at(self.port);
        let store = PostgresStore::connect_with_pool_size(&url, 1).await;
        store.unwrap()
    }

    /// How often the server is asked by `calls`.
    async fn trips(&self, calls: impl Future) -> u64 {
        let before = self.trips.load(Ordering::Relaxed);
        calls.await;
        self.trips.load(Ordering::Relaxed) - before
    }
}

/// A message is its kind, its length without the kind, and that much.
async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, count: Arc<AtomicU64>) {
    let mut head = [0; 5];
    while from.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) - 4;
        let mut body = vec![0; usize::try_from(length).unwrap()];
        from.read_exact(&mut body).await.unwrap();
        if head[0] == b'Z' {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if to.write_all(&head).await.is_err() || to.write_all(&body).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn every_call_is_one_round_trip() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let proxy = Proxy::start(bench.database.server().port()).await;
    let store = &proxy.store(&bench).await;
    // The first round prepares the statements, each of which costs one more.
    let mut first = true;
    for _ in 0..8 {
        let (key, whose) = (&key(), &principal());
        let (record, next) = (&record(Some(*whose)), &record(Some(*whose)));
        let limit = SessionLimit::new(1);
        let counted = [
            ("create", proxy.trips(store.create(key, record)).await),
            ("load", proxy.trips(store.load(key)).await),
            (
                "save",
                proxy.trips(store.save(key, record.revision(), next)).await,
            ),
            (
                "lost save",
                proxy.trips(store.save(key, record.revision(), next)).await,
            ),
            (
                "touch",
                proxy.trips(store.touch(key, NOW, NOW + HOUR)).await,
            ),
            ("list", proxy.trips(store.list(whose)).await),
            (
                "admit",
                proxy
                    .trips(store.admit(&super::key(), None, record, limit))
                    .await,
            ),
            (
                "delete_all",
                proxy.trips(store.delete_all(whose, None)).await,
            ),
            (
                "save of none",
                proxy.trips(store.save(key, record.revision(), next)).await,
            ),
            ("delete", proxy.trips(store.delete(key, None)).await),
            ("revoke", proxy.trips(store.revoke(key, NOW)).await),
            (
                "advance_epoch",
                proxy.trips(store.advance_epoch(whose, 1, NOW)).await,
            ),
            (
                "standing",
                proxy.trips(store.standing(Some(key), Some(whose))).await,
            ),
        ];
        for (call, trips) in counted {
            let prepared = !first || call.contains("lost") || call.contains("of none");
            assert_eq!(trips, if prepared { 1 } else { 2 }, "{call}");
        }
        let swept = proxy.trips(Sweep::sweep(store, NOW)).await;
        assert_eq!(swept, if first { 6 } else { 3 }, "one for each table");
        first = false;
    }
}
