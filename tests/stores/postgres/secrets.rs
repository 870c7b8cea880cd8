//! Nothing that is kept is shown: not by the client's log, not by an error.

use std::sync::Mutex;

use session_runtime::store::{PrincipalIndex, Revocations, SessionLimit, SessionStore};

use super::{Bench, HOUR, NOW, hex, key, principal, record_at, whole};

/// All that is written to `log` in this process.
struct Heard(Mutex<String>);

static HEARD: Heard = Heard(Mutex::new(String::new()));

impl log::Log for Heard {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

/// Each way in which bytes could be printed.
fn forms(bytes: &[u8]) -> [String; 4] {
    let listed = format!("{:?}", &bytes[..4]);
    [
        hex(&bytes[..8]),
        hex(&bytes[..8]).to_uppercase(),
        listed.trim_matches(['[', ']']).to_owned(),
        String::from_utf8_lossy(&bytes[..8]).into_owned(),
    ]
}

#[tokio::test]
async fn d36_the_clients_log_shows_no_key_no_record_and_nobody() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    log::set_logger(&HEARD).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let (key, whose) = (key(), principal());
    let record = record_at(Some(whose), NOW, NOW + HOUR);
    let store = &bench.store;
    store
        .admit(&key, None, &record, SessionLimit::new(1))
        .await
        .unwrap();
    store.create(&key, &record).await.unwrap();
    store.save(&key, record.revision(), &record).await.unwrap();
    store.load(&key).await.unwrap();
    store.list(&whose).await.unwrap();
    store.revoke(&key, NOW).await.unwrap();
    store.advance_epoch(&whose, 1, NOW).await.unwrap();
    store.standing(Some(&key), Some(&whose)).await.unwrap();
    store.delete_all(&whose, Some(&key)).await.unwrap();
    store.delete(&key, None).await.unwrap();
    log::set_max_level(log::LevelFilter::Off);
    let heard = HEARD.0.lock().unwrap().clone();
    assert!(
        heard.contains("with parameters"),
        "the client logs what it sends: {heard}"
    );
    for secret in [&key.as_bytes()[..], &whose.as_bytes()[..], record.data()] {
        for form in forms(secret) {
            assert!(!heard.contains(&form), "`{form}` in {heard}");
        }
    }
}

#[tokio::test]
async fn d36_the_servers_details_of_an_error_are_not_passed_on() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    // The server says of this: «Failing row contains (…)», with all of it.
    bench
        .database
        .sql("ALTER TABLE session_records ADD CHECK (touched < 0)");
    let (key, whose) = (key(), principal());
    let record = record_at(Some(whose), NOW, NOW + HOUR);
    let created = bench.store.create(&key, &record).await.unwrap_err();
    let admitted = bench
        .store
        .admit(&key, None, &record, SessionLimit::new(1))
        .await;
    for error in [created, admitted.unwrap_err()] {
        let shown = whole(&error);
        assert!(shown.contains("violates check constraint"), "{shown}");
        for secret in [&key.as_bytes()[..], &whose.as_bytes()[..], record.data()] {
            for form in forms(secret) {
                assert!(!shown.contains(&form), "{shown}");
            }
        }
    }
}

#[tokio::test]
async fn d36_the_tables_hold_what_they_were_given_and_nothing_of_the_clients() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (key, whose) = (key(), principal());
    let record = record_at(Some(whose), NOW, NOW + HOUR);
    bench.store.create(&key, &record).await.unwrap();
    let row = "SELECT encode(key, 'hex'), revision, encode(data, 'hex'), \
        encode(principal, 'hex'), touched, expires FROM session_records";
    let expected = [
        hex(key.as_bytes()),
        record.revision().to_i64().to_string(),
        hex(record.data()),
        hex(whose.as_bytes()),
        record.touched().to_string(),
        record.expires().to_string(),
    ];
    assert_eq!(bench.database.sql(row), expected.join("|"));
    let columns = "SELECT count(*) FROM information_schema.columns \
        WHERE table_name = 'session_records'";
    assert_eq!(bench.database.sql(columns), "6", "there is nothing else");
}
