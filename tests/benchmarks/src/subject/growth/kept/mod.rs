//! From 1 to 1,000,000 sessions in the store in memory: what they take, in a build that counts
//! allocations, and how long it takes to load one, in any other.

#[cfg(feature = "count")]
mod bytes;
#[cfg(not(feature = "count"))]
mod loads;

use session_runtime::store::{MemoryStore, Record, Revision, SessionKey, SessionStore};

#[cfg(feature = "count")]
use self::bytes as what;
#[cfg(not(feature = "count"))]
use self::loads as what;
use crate::{Outcome, at_once::at_once, case::Case, session::somebody};

const COUNTS: [usize; 4] = [1, 1000, 100_000, 1_000_000];
/// In Unix milliseconds.
const END: u64 = 1_000_000;

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let data = serde_json::to_vec(&somebody())?;
    Ok(COUNTS
        .into_iter()
        .flat_map(|count| what::cases(count, &data))
        .collect())
}

/// A store of so many sessions.
fn filled(count: usize, data: &[u8]) -> MemoryStore {
    // Room enough that none has to go, wherever chance puts it.
    let store = MemoryStore::with_capacity(count * 2 + 1024);
    for number in 0..count {
        let revision = Revision::from_i64(1);
        let record = Record::new(revision, data.to_vec(), None, 1, END);
        // The number of sessions is looked at below.
        let _ = at_once(store.create(&key(number), &record));
    }
    assert_eq!(store.sessions(), count, "sessions that are kept");
    store
}

/// Equally distributed, as hashes are.
fn key(number: usize) -> SessionKey {
    let mut state = number as u64;
    let mut bytes = [0; 32];
    for part in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        part.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
        state ^= mixed;
    }
    SessionKey::from_bytes(bytes)
}
