//! What a session takes in memory: nothing but this test runs here, for it counts allocations.

#![cfg(feature = "memory-store")]

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use session_runtime::store::{
    Created, MemoryStore, PrincipalId, Record, Revision, SessionKey, SessionStore,
};

const SESSIONS: u64 = 1_000_000;

/// What an allocator adds to each allocation at the most, in glibc as in others.
const AN_ALLOCATION: u64 = 16;

/// As spread as hashes are.
fn hash(number: u64) -> [u8; 32] {
    let mut hash = [0; 32];
    let mut bits = number;
    for bytes in hash.chunks_exact_mut(8) {
        bits = (bits ^ (bits >> 30))
            .wrapping_add(0x9e37_79b9_7f4a_7c15)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bytes.copy_from_slice(&(bits ^ (bits >> 31)).to_be_bytes());
    }
    hash
}

fn now<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("memory waits for nobody"),
    }
}

#[test]
fn d42_a_million_sessions_take_little_more_than_their_payload() {
    let (payload, capacity) = (160, usize::try_from(SESSIONS).unwrap());
    let mut store = None;
    let counted = allocation_counter::measure(|| {
        let store = store.insert(MemoryStore::with_capacity(capacity));
        for number in 0..SESSIONS {
            let of_two = PrincipalId::from_bytes(hash(SESSIONS + number / 4));
            let principal = number.is_multiple_of(2).then_some(of_two);
            let (revision, data) = (Revision::from_i64(1), vec![b'x'; payload]);
            let record = Record::new(revision, data, principal, number, 1 << 40);
            let key = SessionKey::from_bytes(hash(number));
            assert_eq!(now(store.create(&key, &record)).unwrap(), Created::Done);
        }
    });
    assert_eq!(store.unwrap().sessions(), capacity);
    let allocations = u64::try_from(counted.count_current).unwrap();
    let taken = u64::try_from(counted.bytes_current).unwrap() + allocations * AN_ALLOCATION;
    let (each, most) = (taken / SESSIONS, payload as u64 * 3 / 2 + 200);
    assert!(each < most, "{each} bytes each, {payload} of them payload");
}
