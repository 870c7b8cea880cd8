//! A server that is killed and started again while an application is being used.
//!
//! Browsers ask as fast as they are answered, in rounds of «the server is up, it is killed,
//! it is back», and each phase lasts until every browser has seen what it must see. What was
//! acknowledged is there in the end: no count is lost, and nobody who signed out is back.

mod app;
mod browsers;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::StatusCode;

use session_runtime::store::{PostgresStore, RedisStore, SessionStore};
use tests::{
    Client,
    servers::{
        postgres::Database,
        redis::{RedisCluster, RedisServer},
    },
};

use browsers::{Reach, Run};

/// Acknowledged writes of all browsers together before it goes.
const WRITES: usize = 200;

/// What goes and comes back.
trait Server {
    fn goes(&mut self);
    fn comes_back(&mut self);
}

impl Server for RedisServer {
    fn goes(&mut self) {
        self.kill();
    }

    fn comes_back(&mut self) {
        self.start_again();
    }
}

/// One of its three nodes.
impl Server for RedisCluster {
    fn goes(&mut self) {
        self.nodes[1].kill();
    }

    fn comes_back(&mut self) {
        self.nodes[1].start_again();
        self.agrees();
    }
}

impl Server for Database {
    fn goes(&mut self) {
        self.server().kill();
    }

    fn comes_back(&mut self) {
        self.server().launch();
    }
}

async fn survive(
    store: Arc<dyn SessionStore>,
    server: &mut dyn Server,
    gone: Reach,
    rounds: usize,
) {
    let mut run = Run::begin(store).await;
    for _ in 0..rounds {
        run.until_written(WRITES).await;
        run.enter(Reach::Changing);
        tokio::task::block_in_place(|| server.goes());
        run.enter(gone);
        run.until_everybody_was_answered().await;
        run.enter(Reach::Changing);
        tokio::task::block_in_place(|| server.comes_back());
        // Requests that began before may still find it gone.
        run.until_everybody_was_served().await;
        run.enter(Reach::All);
        run.until_everybody_was_answered().await;
    }
    run.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d27_redis_killed_under_load_loses_nothing_that_was_acknowledged() {
    let always = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut server) = RedisServer::start(&always) else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    survive(Arc::new(store), &mut server, Reach::None, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d27_a_node_of_a_cluster_killed_under_load_loses_nothing_that_was_acknowledged() {
    let always = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut cluster) = RedisCluster::start_with(&always) else {
        return;
    };
    let store = RedisStore::connect_cluster(&cluster.urls()).await.unwrap();
    survive(Arc::new(store), &mut cluster, Reach::Some, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d27_postgres_killed_under_load_loses_nothing_that_was_acknowledged() {
    let Some(mut database) = Database::alone(&[]) else {
        return;
    };
    let store = PostgresStore::connect(&database.url()).await.unwrap();
    store.migrate().await.unwrap();
    survive(Arc::new(store), &mut database, Reach::None, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d29_a_hung_redis_is_a_503_at_the_deadline_and_costs_nobody_his_session() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let deadline = Duration::from_millis(100);
    let mut browser = Client::new(app::router(Arc::new(store), deadline));
    // A busy machine may not be there in time.
    while browser.get("/sign-in/7").await.status() != StatusCode::OK {}
    server.hang();
    for path in ["/read", "/count", "/sign-in/8", "/sign-out"] {
        let began = Instant::now();
        let answer = browser.get(path).await;
        assert!(began.elapsed() >= deadline, "{path}: before the deadline");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert!(answer.set_cookies().is_empty(), "the cookie is kept");
    }
    assert_eq!(browser.get("/without").await.text(), "no session");
    server.go_on();
    let read = loop {
        let read = browser.get("/read").await;
        if read.status() == StatusCode::OK {
            break read;
        }
    };
    assert_eq!(read.text(), "Some(7) 0");
}
