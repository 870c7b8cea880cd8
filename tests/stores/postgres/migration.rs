//! Making the tables: again, at once, by others, and by a newer version.

use session_runtime::store::{
    PostgresStore, PrincipalIndex, Revocations, SessionLimit, SessionStore, StoreError,
    StoreErrorKind, Sweep,
};
use tests::servers::postgres::Database;
use tokio::task::JoinSet;

use super::{Bench, NOW, key, principal, record, whole};

#[tokio::test]
async fn before_it_every_call_says_to_call_it() {
    let Some(database) = Database::shared() else {
        return;
    };
    let plain = PostgresStore::connect(&database.url()).await.unwrap();
    let own = plain.clone().schema("own");
    for store in [plain, own] {
        for error in every_call(&store).await {
            assert!(
                error.to_string().contains("call PostgresStore::migrate"),
                "{error}"
            );
        }
    }
}

async fn every_call(store: &PostgresStore) -> Vec<StoreError> {
    let (key, whose) = (key(), principal());
    let record = record(Some(whose));
    vec![
        store.create(&key, &record).await.unwrap_err(),
        store.load(&key).await.unwrap_err(),
        store
            .save(&key, record.revision(), &record)
            .await
            .unwrap_err(),
        store.touch(&key, NOW, NOW).await.unwrap_err(),
        store.delete(&key, None).await.unwrap_err(),
        store.list(&whose).await.unwrap_err(),
        store.delete_all(&whose, None).await.unwrap_err(),
        store
            .admit(&key, None, &record, SessionLimit::new(1))
            .await
            .unwrap_err(),
        store.revoke(&key, NOW).await.unwrap_err(),
        store.advance_epoch(&whose, 1, NOW).await.unwrap_err(),
        store.standing(Some(&key), None).await.unwrap_err(),
        Sweep::sweep(store, NOW).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn a_second_time_changes_nothing() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (key, record) = (key(), record(None));
    bench.store.create(&key, &record).await.unwrap();
    bench.store.migrate().await.unwrap();
    assert_eq!(bench.store.load(&key).await.unwrap(), Some(record));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_servers_at_once_make_them_once() {
    let Some(database) = Database::shared() else {
        return;
    };
    for schema in [None, Some("own")] {
        let mut tasks = JoinSet::new();
        for _ in 0..12 {
            let store = PostgresStore::connect(&database.url()).await.unwrap();
            let store = schema.map_or(store.clone(), |name| store.schema(name));
            tasks.spawn(async move { store.migrate().await });
        }
        for outcome in tasks.join_all().await {
            outcome.unwrap();
        }
    }
    let versions = "SELECT (SELECT string_agg(version::text, ',') FROM public.session_schema), \
        (SELECT string_agg(version::text, ',') FROM own.session_schema)";
    assert_eq!(database.sql(versions), "1|1");
}

#[tokio::test]
async fn a_newer_version_is_refused_and_left_as_it_is() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    bench.database.sql("UPDATE session_schema SET version = 7");
    let error = bench.store.migrate().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unsupported);
    assert!(
        error.to_string().contains("version 7, newer than 1"),
        "{error}"
    );
    assert_eq!(
        bench.database.sql("SELECT version FROM session_schema"),
        "7"
    );
}

#[tokio::test]
async fn one_that_is_dropped_half_way_leaves_nothing_and_locks_nobody_out() {
    let Some(database) = Database::shared() else {
        return;
    };
    let store = PostgresStore::connect(&database.url()).await.unwrap();
    for polls in 0..200_u64 {
        let limit = std::time::Duration::from_micros(polls * 50);
        let _ = tokio::time::timeout(limit, store.migrate()).await;
    }
    store.migrate().await.unwrap();
    assert_eq!(database.sql("SELECT version FROM session_schema"), "1");
    store.create(&key(), &record(None)).await.unwrap();
}

#[tokio::test]
async fn a_user_who_may_not_make_tables_can_use_those_that_another_made() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let role = format!("app_{}", bench.database.name());
    let own = bench.store.clone().schema("own");
    own.migrate().await.unwrap();
    bench.database.sql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'app'; GRANT USAGE ON SCHEMA own TO {role}; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA own TO {role}"
    ));
    let url = bench
        .database
        .url()
        .replace("postgres:correct-horse", &format!("{role}:app"));
    let app = PostgresStore::connect(&url).await.unwrap().schema("own");
    app.migrate().await.unwrap();
    let (key, record) = (key(), record(Some(principal())));
    app.admit(&key, None, &record, SessionLimit::new(1))
        .await
        .unwrap();
    assert_eq!(app.load(&key).await.unwrap(), Some(record));
    Sweep::sweep(&app, NOW).await.unwrap();

    let error = app.clone().schema("other").migrate().await.unwrap_err();
    assert!(whole(&error).contains("permission denied"), "{error:?}");
    bench
        .database
        .sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[tokio::test]
async fn names_of_schemas_differ_by_case_and_are_kept_apart() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (key, record) = (key(), record(None));
    for name in ["tenant", "Tenant", "tenant; DROP TABLE session_records"] {
        let store = bench.store.clone().schema(name);
        store.migrate().await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.load(&key).await.unwrap(), None);
        store.create(&key, &record).await.unwrap();
    }
    assert_eq!(bench.count(), 0);
}
