//! The locks of the store in memory, under a checker that chooses who runs: every step between two
//! locks, in thousands of orders.
//!
//! ```text
//! RUSTFLAGS='--cfg shuttle' cargo test -p session-runtime --no-default-features \
//!     --features memory-store --lib store::memory::shuttled
//! ```

use shuttle::{
    future::block_on,
    scheduler::{PctScheduler, RandomScheduler},
    thread,
};

use super::*;
use crate::store::WhenFull;

/// Runs `schedule` in so many orders, half of them with few preemptions at the worst of places.
/// A thread that waits for ever is found too.
fn in_every_order(schedule: fn()) {
    const ORDERS: usize = 5000;
    let config = shuttle::Config::new;
    shuttle::Runner::new(RandomScheduler::new(ORDERS), config()).run(schedule);
    shuttle::Runner::new(PctScheduler::new(3, ORDERS), config()).run(schedule);
}

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn revision(number: u8) -> Revision {
    Revision::from_i64(number.into())
}

const PRINCIPAL: PrincipalId = PrincipalId::from_bytes([7; 32]);
const OTHER: PrincipalId = PrincipalId::from_bytes([8; 32]);

fn record(number: u8, principal: Option<PrincipalId>) -> Record {
    Record::new(
        revision(number),
        vec![number],
        principal,
        number.into(),
        1000,
    )
}

/// What each of the threads answers, in order.
fn at_once<T: Send + 'static>(
    store: &MemoryStore,
    threads: u8,
    call: impl Fn(&MemoryStore, u8) -> T + Copy + Send + 'static,
) -> Vec<T> {
    let threads: Vec<_> = (0..threads)
        .map(|number| {
            let store = store.clone();
            thread::spawn(move || call(&store, number))
        })
        .collect();
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

/// Lists, records and counts say the same.
fn is_whole(store: &MemoryStore, keys: u8) {
    let index = store.principals().unwrap();
    let listed = block_on(index.list(&PRINCIPAL)).unwrap();
    let loaded = (0..keys).map(|number| block_on(store.load(&key(number))).unwrap());
    let loaded: Vec<Record> = loaded.flatten().collect();
    let his = loaded.iter().filter(|record| record.principal().is_some());
    assert_eq!(listed.len(), his.count());
    assert_eq!(store.sessions(), loaded.len());
    block_on(Sweep::sweep(store, 1000)).unwrap();
    assert_eq!(store.sessions(), 0);
}

#[test]
fn d25_of_saves_over_one_revision_one_is_done() {
    in_every_order(|| {
        let store = MemoryStore::new();
        block_on(store.create(&key(0), &record(0, None))).unwrap();
        let saved = at_once(&store, 3, |store, number| {
            let record = record(number + 1, (number == 1).then_some(PRINCIPAL));
            block_on(store.save(&key(0), revision(0), &record)).unwrap()
        });
        let done = saved.iter().filter(|saved| **saved == Saved::Done);
        assert_eq!(done.count(), 1);
        is_whole(&store, 1);
    });
}

/// Room is made with other locks than it was asked for with: between the two anybody may come.
#[test]
fn d25_of_creates_of_one_key_that_make_room_one_is_done() {
    in_every_order(|| {
        let store = MemoryStore::with_capacity(1);
        block_on(store.create(&key(9), &record(0, None))).unwrap();
        let created = at_once(&store, 3, |store, number| {
            let record = record(number + 1, (number == 1).then_some(PRINCIPAL));
            block_on(store.create(&key(0), &record)).unwrap()
        });
        let done = created.iter().filter(|created| **created == Created::Done);
        assert_eq!(done.count(), 1);
        is_whole(&store, 1);
    });
}

/// Two saves over one revision, and perhaps a delete, where each save must make room.
fn saves_that_make_room(deletes: bool) -> (MemoryStore, Vec<Saved>) {
    let large = |number, bytes| Record::new(revision(number), vec![7; bytes], None, 9, 1000);
    let store = MemoryStore::with_capacity(2);
    block_on(store.create(&key(0), &record(0, None))).unwrap();
    block_on(store.create(&key(9), &large(9, 8000))).unwrap();
    let saved = at_once(&store, 2 + u8::from(deletes), move |store, number| {
        if number == 2 {
            return block_on(store.delete(&key(0), None)).unwrap();
        }
        block_on(store.save(&key(0), revision(0), &large(number + 1, 5000))).unwrap()
    });
    (store, saved)
}

#[test]
fn d25_of_saves_over_one_revision_that_make_room_one_is_done() {
    in_every_order(|| {
        let (store, saved) = saves_that_make_room(false);
        let done = saved.iter().filter(|saved| **saved == Saved::Done);
        assert_eq!(done.count(), 1);
        is_whole(&store, 10);
    });
}

#[test]
fn d24_no_save_that_makes_room_brings_a_deleted_record_back() {
    in_every_order(|| {
        let (store, _) = saves_that_make_room(true);
        assert_eq!(block_on(store.load(&key(0))).unwrap(), None);
        is_whole(&store, 10);
    });
}

#[test]
fn d24_nothing_brings_a_deleted_record_back() {
    in_every_order(|| {
        let store = MemoryStore::new();
        let base = record(0, Some(PRINCIPAL));
        block_on(store.create(&key(0), &base)).unwrap();
        at_once(&store, 4, |store, number| match number {
            0 => drop(block_on(store.delete(&key(0), None))),
            1 => drop(block_on(store.touch(&key(0), 9, 9))),
            2 => drop(block_on(PrincipalIndex::delete_all(
                store, &PRINCIPAL, None,
            ))),
            _ => drop(block_on(store.save(&key(0), revision(0), &record(1, None)))),
        });
        assert_eq!(block_on(store.load(&key(0))).unwrap(), None);
        is_whole(&store, 1);
    });
}

#[test]
fn o08_sign_ins_at_once_never_exceed_the_limit() {
    in_every_order(|| {
        let store = MemoryStore::new();
        let admitted = at_once(&store, 3, |store, number| {
            let limit = SessionLimit::new(2).when_full(WhenFull::Refuse);
            let record = record(number, Some(PRINCIPAL));
            block_on(store.admit(&key(number), None, &record, limit)).unwrap()
        });
        let refused = admitted.iter().filter(|seen| **seen == Admitted::Refused);
        assert_eq!(refused.count(), 1);
        is_whole(&store, 3);
    });
}

#[test]
fn o08_who_looks_never_sees_more_than_the_limit() {
    in_every_order(|| {
        let store = MemoryStore::new();
        at_once(&store, 4, |store, number| {
            if number == 3 {
                let listed = block_on(store.list(&PRINCIPAL)).unwrap();
                assert!(listed.len() <= 2);
            } else {
                let (key, record) = (key(number), record(number, Some(PRINCIPAL)));
                let admitted = store.admit(&key, None, &record, SessionLimit::new(2));
                assert!(matches!(block_on(admitted).unwrap(), Admitted::Done { .. }));
            }
        });
        assert_eq!(store.sessions(), 2);
        is_whole(&store, 3);
    });
}

#[test]
fn d42_creates_at_once_never_exceed_what_it_is_made_for() {
    in_every_order(|| {
        let store = MemoryStore::with_capacity(2);
        at_once(&store, 4, |store, number| {
            let created = block_on(store.create(&key(number), &record(number, None)));
            assert_eq!(created.unwrap(), Created::Done);
            assert!(store.sessions() <= 2);
        });
        assert_eq!(store.sessions(), 2);
        is_whole(&store, 4);
    });
}

#[test]
fn d42_making_room_meets_everything_else_and_loses_count_of_nothing() {
    in_every_order(|| {
        let store = MemoryStore::with_capacity(2);
        block_on(store.create(&key(0), &record(0, None))).unwrap();
        block_on(store.create(&key(1), &record(1, Some(PRINCIPAL)))).unwrap();
        at_once(&store, 4, |store, number| {
            let limit = SessionLimit::new(1);
            let long = Record::new(revision(9), vec![9; 5000], None, 9, 1000);
            let short = record(8, Some(PRINCIPAL));
            match number {
                0 => drop(block_on(store.create(&key(2), &record(2, None)))),
                1 => drop(block_on(store.save(&key(0), revision(0), &long))),
                2 => drop(block_on(store.admit(&key(3), None, &short, limit))),
                _ => drop(block_on(Sweep::sweep(store, 1))),
            }
            assert!(store.sessions() <= 2);
        });
        is_whole(&store, 4);
    });
}

#[test]
fn o06_a_standing_is_of_one_moment() {
    in_every_order(|| {
        let store = MemoryStore::new();
        at_once(&store, 4, |store, number| match number {
            0 => {
                block_on(store.advance_epoch(&PRINCIPAL, 0, 1000)).unwrap();
                block_on(store.revoke(&key(0), 1000)).unwrap();
            }
            1 => {
                block_on(store.revoke(&key(1), 1000)).unwrap();
                block_on(store.advance_epoch(&OTHER, 0, 1000)).unwrap();
            }
            2 => {
                let standing = block_on(store.standing(Some(&key(0)), Some(&PRINCIPAL))).unwrap();
                assert!(standing.epoch == 1 || !standing.is_revoked);
            }
            _ => {
                let standing = block_on(store.standing(Some(&key(1)), Some(&OTHER))).unwrap();
                assert!(standing.epoch == 0 || standing.is_revoked);
            }
        });
    });
}
