//! What a URL that does not work is answered with, and what is shown of one.

use std::net::TcpListener;

use session_runtime::store::{PostgresStore, SessionStore, StoreErrorKind};
use tests::servers::postgres::{Database, PASSWORD};

use tokio::task::JoinSet;

use super::{Bench, key, whole};

/// The message of a URL that must fail, which never shows a password.
async fn refusal(url: &str) -> String {
    let error = PostgresStore::connect(url).await.unwrap_err();
    let shown = whole(&error);
    for secret in [PASSWORD, "s3cret", "horse"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    error.to_string()
}

fn assert_says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "no `{word}` in: {message}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_with_host_port_and_database() {
    let Some(database) = Database::shared() else {
        return;
    };
    let (port, name) = (database.server().port().to_string(), database.name());
    let url = format!("postgres://postgres:s3cret@127.0.0.1:{port}/{name}");
    let message = refusal(&url).await;
    assert_says(
        &message,
        &[
            "host 127.0.0.1",
            &port,
            name,
            "password authentication failed",
        ],
    );
    let message = refusal(&url.replace(":s3cret", "")).await;
    assert_says(
        &message,
        &["host 127.0.0.1", &port, name, "password missing"],
    );
}

#[tokio::test]
async fn an_unknown_database_is_said() {
    let Some(database) = Database::shared() else {
        return;
    };
    let url = database.url().replace(database.name(), "nowhere");
    let message = refusal(&url).await;
    assert_says(&message, &["database nowhere", "does not exist"]);
}

#[tokio::test]
async fn a_closed_port_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let message = refusal(&format!("postgres://app:s3cret@127.0.0.1:{port}/app")).await;
    assert_says(
        &message,
        &[
            "host 127.0.0.1",
            &port.to_string(),
            "database app",
            "refused",
        ],
    );
}

#[tokio::test]
async fn an_unknown_host_is_said() {
    let message = refusal("postgres://app:s3cret@no-such-host.invalid/app").await;
    assert_says(
        &message,
        &[
            "host no-such-host.invalid",
            "port 5432",
            "database app",
            "lookup",
        ],
    );
}

#[tokio::test]
async fn a_host_that_says_nothing_is_waited_for_five_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgres://app:s3cret@127.0.0.1:{port}/app");
    let error = PostgresStore::connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Deadline);
    assert_says(
        &error.to_string(),
        &["host 127.0.0.1", "did not answer in time"],
    );
}

#[tokio::test]
async fn tls_is_said_to_need_a_pool() {
    let Some(database) = Database::shared() else {
        return;
    };
    let message = refusal(&format!("{}?sslmode=require", database.url())).await;
    assert_says(&message, &["host 127.0.0.1", "with_pool"]);
}

#[tokio::test]
async fn a_text_that_is_no_url_is_not_repeated() {
    for url in [
        "s3cret",
        "postgres://app:s3cret@host:12x/app",
        "postgres://app:at@s3cret@127.0.0.1/app",
        "host=127.0.0.1 password=two s3cret=words",
        "host=127.0.0.1 password='s3cret",
        "postgres://app:%s3cret@127.0.0.1:1:2/app",
        "postgres://app:x@host/app?s3cret=1",
    ] {
        let message = refusal(url).await;
        assert_says(&message, &["postgres://user:password@host:port/database"]);
    }
    let message = refusal("postgres://app:s3cret@host:12x/app").await;
    assert_says(&message, &["`port`"]);
    let message = refusal("postgres://app:at@s3cret@127.0.0.1/app").await;
    assert_says(&message, &["%40"]);
}

#[tokio::test]
async fn a_password_with_any_characters_in_it_works() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let role = format!("any_{}", bench.database.name());
    bench.database.sql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'a@b/c:d?e#f%g'"
    ));
    let url = bench.database.url();
    let url = url.replace(
        "postgres:correct-horse",
        &format!("{role}:a%40b%2Fc%3Ad%3Fe%23f%25g"),
    );
    PostgresStore::connect(&url).await.unwrap();
    let (server, name) = (bench.database.server(), bench.database.name());
    let pairs = format!(
        "host=127.0.0.1 port={} user={role} password='a@b/c:d?e#f%g' dbname={name}",
        server.port()
    );
    PostgresStore::connect(&pairs).await.unwrap();
    bench.database.sql(&format!("DROP ROLE {role}"));
}

#[tokio::test]
async fn a_store_shows_its_schema_and_size_and_no_password() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let url = bench.database.url();
    for (size, shown_size) in [(3, "pool_size: 3"), (0, "pool_size: 1")] {
        let store = PostgresStore::connect_with_pool_size(&url, size).await;
        let store = store.unwrap().schema("own");
        let shown = format!("{store:?}{store:#?}");
        assert!(!shown.contains(PASSWORD), "{shown}");
        assert_says(&shown, &["own", shown_size]);
    }
}

#[tokio::test]
async fn no_more_connections_are_open_than_the_pool_may_have() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let store = bench.with_pool_size(3).await;
    let other = bench.other().await;
    let lock = "BEGIN; LOCK TABLE session_records";
    other.batch_execute(lock).await.unwrap();
    let mut loads = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        loads.spawn(async move { store.load(&key()).await });
    }
    bench.waiting(3).await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
        AND wait_event_type = 'Lock'";
    assert_eq!(bench.database.sql(open), "3");
    other.batch_execute("COMMIT").await.unwrap();
    assert!(loads.join_all().await.iter().all(Result::is_ok));
}
