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
pub(super) async fn cost<T>(
    server: &RedisServer,
    call: impl Future<Output = T>,
) -> (u64, Vec<String>) {
    let (before, had) = counts(server);
    call.await;
    let (after, has) = counts(server);
    let sent = has.into_iter().filter_map(|(name, calls)| {
        let had = had.iter().find(|(other, _)| *other == name);
        let more = calls - had.map_or(0, |(_, calls)| *calls);
        // What it counts besides: asking for this, and what scripts call.
        let client = ["evalsha", "eval", "get", "set", "del", "exists", "hget"].contains(&&*name);
        (client && more > 0).then(|| format!("{name} {more}"))
    });
    let sent = sent.collect();
    // The questions are a connection each: what it says at its start, and the INFO.
    (after - before, sent)
}

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

/// A server, and what asking it for its counts costs.
pub(super) struct Counted<'a>(pub(super) &'a RedisServer, pub(super) u64);

impl Counted<'_> {
    /// `call` is so many round trips, and among its commands is this one, so often.
    pub(super) async fn is<T>(&self, trips: u64, command: &str, call: impl Future<Output = T>) {
        let (reads, sent) = cost(self.0, call).await;
        assert!(sent.iter().any(|it| it == command), "{command}: {sent:?}");
        assert_eq!(reads - self.1, trips, "{command}");
    }
}

#[tokio::test]
async fn each_call_is_one_command_and_one_round_trip() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    warm(&store).await;
    let count = Counted(&server, cost(&server, async {}).await.0);
    let (key, one, until) = (key(1), principal(1), now() + HOUR);
    let (first, next) = (record(1), record(2));
    count.is(1, "evalsha 1", store.create(&key, &first)).await;
    count.is(1, "get 1", store.load(&key)).await;
    let save = store.save(&key, revision(1), &next);
    count.is(1, "evalsha 1", save).await;
    let touch = store.touch(&key, now(), until);
    count.is(1, "evalsha 1", touch).await;
    count.is(1, "evalsha 1", store.delete(&key, None)).await;
    count.is(1, "evalsha 1", store.revoke(&key, until)).await;
    let standing = store.standing(Some(&key), Some(&one));
    count.is(1, "exists 1", standing).await;
}

#[tokio::test]
async fn a_session_with_a_principal_costs_more_at_its_ends_and_no_more_between() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    warm(&store).await;
    let count = Counted(&server, cost(&server, async {}).await.0);
    let (key, one) = (key(1), principal(1));
    let (first, next) = (record_of(one, 1), record_of(one, 2));
    count.is(2, "evalsha 3", store.create(&key, &first)).await;
    let save = store.save(&key, revision(1), &next);
    count.is(1, "evalsha 1", save).await;
    let touch = store.touch(&key, now() + HOUR / 2, now() + 3 * HOUR / 2);
    count.is(1, "evalsha 1", touch).await;
    // Beyond what the index was kept for.
    let touch = store.touch(&key, now(), now() + 9 * HOUR);
    count.is(3, "evalsha 3", touch).await;
    count.is(2, "evalsha 1", store.list(&one)).await;
    count.is(2, "evalsha 2", store.delete(&key, None)).await;
    store.create(&key, &first).await.unwrap();
    count.is(3, "evalsha 3", store.delete_all(&one, None)).await;
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
