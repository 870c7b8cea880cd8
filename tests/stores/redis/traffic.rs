//! How often the server is asked.

use session_runtime::store::{
    PrincipalIndex, Record, RedisStore, Revocations, SessionLimit, SessionStore,
};
use tests::servers::redis::RedisServer;

use super::{HOUR, key, now, principal, record, record_of, revision, store};

/// Commands of clients, and how many times the server read from one.
fn counts(server: &RedisServer) -> (u64, Vec<(String, u64)>) {
    let info = server.ask::<String>(&["INFO", "all"]);
    let value = |line: &str, name: &str| line.strip_prefix(name).and_then(|it| it.parse().ok());
    let reads = info
        .lines()
        .find_map(|line| value(line, "total_reads_processed:"))
        .unwrap();
    let calls = info.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(':')?;
        let calls = rest.strip_prefix("calls=")?.split(',').next()?;
        Some((name.to_owned(), calls.parse().ok()?))
    });
    (reads, calls.collect())
}

/// Round trips and commands of `call`, which must be known to the server already.
async fn cost<T>(server: &RedisServer, call: impl Future<Output = T>) -> (u64, Vec<String>) {
    let (before, had) = counts(server);
    call.await;
    let (after, has) = counts(server);
    let sent = has.into_iter().filter_map(|(name, calls)| {
        let had = had.iter().find(|(other, _)| *other == name);
        let more = calls - had.map_or(0, |(_, calls)| *calls);
        // What it counts besides: asking for this, and what scripts call.
        let client = ["evalsha", "eval", "hmget", "exists", "hget"].contains(&&*name);
        (client && more > 0).then(|| format!("{name} {more}"))
    });
    let sent = sent.collect();
    // The questions are a connection each: what it says at its start, and the INFO.
    (after - before, sent)
}

type Call<'a> = std::pin::Pin<Box<dyn Future<Output = ()> + 'a>>;

async fn warm(store: &RedisStore) {
    let one = principal(9);
    store.create(&key(90), &record_of(one, 1)).await.unwrap();
    store
        .save(&key(90), revision(1), &record_of(one, 2))
        .await
        .unwrap();
    store
        .touch(&key(90), now(), now() + 9 * HOUR)
        .await
        .unwrap();
    let limit = SessionLimit::new(1);
    let last = Record::new(revision(1), vec![], Some(one), now() + 9, now() + HOUR);
    store.admit(&key(91), None, &last, limit).await.unwrap();
    store.list(&one).await.unwrap();
    store.delete_all(&one, None).await.unwrap();
    store.create(&key(93), &record_of(one, 1)).await.unwrap();
    store.delete(&key(93), None).await.unwrap();
    store.revoke(&key(92), now() + HOUR).await.unwrap();
}

#[tokio::test]
async fn each_call_is_one_command_and_one_round_trip() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    warm(&store).await;
    let (nothing, _) = cost(&server, async {}).await;
    let one = principal(1);
    let trip = async |trips: u64, what: &str, expected: &str, call: Call<'_>| {
        let (reads, sent) = cost(&server, call).await;
        assert!(sent.iter().any(|it| it == expected), "{what}: {sent:?}");
        assert_eq!(reads - nothing, trips, "round trips to {what}");
    };
    macro_rules! trip {
        ($what:literal, $expected:literal, $call:expr) => {
            trip!(1, $what, $expected, $call);
        };
        ($trips:literal, $what:literal, $expected:literal, $call:expr) => {
            let call = Box::pin(async {
                let _ = $call.await.unwrap();
            });
            trip($trips, $what, $expected, call).await;
        };
    }
    trip!("create", "evalsha 1", store.create(&key(1), &record(1)));
    trip!("load", "hmget 1", store.load(&key(1)));
    trip!(
        "save",
        "evalsha 1",
        store.save(&key(1), revision(1), &record(2))
    );
    trip!(
        "touch",
        "evalsha 1",
        store.touch(&key(1), now(), now() + HOUR)
    );
    trip!("delete", "evalsha 1", store.delete(&key(1), None));
    // With a principal: it is put into the index, and for some time that needs no more.
    let signed_in = record_of(one, 1);
    trip!(2, "create", "evalsha 3", store.create(&key(2), &signed_in));
    trip!(
        "save",
        "evalsha 1",
        store.save(&key(2), revision(1), &record_of(one, 2))
    );
    let (used, ends) = (now() + HOUR / 2, now() + 3 * HOUR / 2);
    trip!("touch", "evalsha 1", store.touch(&key(2), used, ends));
    // Beyond what the index was kept for.
    let later = now() + 9 * HOUR;
    trip!(
        3,
        "a longer touch",
        "evalsha 3",
        store.touch(&key(2), now(), later)
    );
    trip!(2, "list", "evalsha 1", store.list(&one));
    trip!(2, "delete", "evalsha 2", store.delete(&key(2), None));
    store.create(&key(4), &signed_in).await.unwrap();
    trip!(3, "delete all", "evalsha 3", store.delete_all(&one, None));
    trip!("revoke", "evalsha 1", store.revoke(&key(3), now() + HOUR));
    trip!(
        "standing",
        "exists 1",
        store.standing(Some(&key(3)), Some(&one))
    );
}

#[tokio::test]
async fn signing_in_is_a_few_round_trips_whatever_the_limit() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    warm(&store).await;
    let (nothing, _) = cost(&server, async {}).await;
    for max in [2, 20] {
        let one = principal(max);
        for number in 0..max {
            let key = key(100 * max + number);
            store.create(&key, &record_of(one, 1)).await.unwrap();
        }
        let max = usize::try_from(max).unwrap();
        let last = Record::new(revision(1), vec![], Some(one), now() + 9, now() + HOUR);
        let new = key(9000 + max as u64);
        let admit = store.admit(&new, None, &last, SessionLimit::new(max));
        let (reads, sent) = cost(&server, admit).await;
        assert_eq!(reads - nothing, 5, "{sent:?}");
    }
}
