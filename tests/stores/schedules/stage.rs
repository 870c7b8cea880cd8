//! The keys, principals and times that a plan's numbers stand for.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use session_runtime::store::{PrincipalId, Record, Revision, SessionKey, SessionLimit, WhenFull};

use super::model::{KEYS, Limit, PRINCIPALS, Version};

/// What a key or a principal is numbered that no plan has.
const UNKNOWN: usize = usize::MAX;

const HOUR: u64 = 60 * 60 * 1000;

/// Keys that no other schedule has, and the order of all calls and answers.
pub(super) struct Stage {
    pub(super) keys: [SessionKey; KEYS],
    pub(super) principals: [PrincipalId; PRINCIPALS],
    /// What times count from, by the system's clock: some engines end records by theirs.
    start: u64,
    moments: AtomicU64,
}

impl Stage {
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            keys: [(); KEYS].map(|()| SessionKey::from_bytes(anything())),
            principals: [(); PRINCIPALS].map(|()| PrincipalId::from_bytes(anything())),
            start: u64::try_from(now.as_millis()).unwrap(),
            moments: AtomicU64::new(0),
        }
    }

    pub(super) fn moment(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn touched(&self, number: i64) -> u64 {
        self.start + u64::try_from(number).unwrap()
    }

    pub(super) fn expires(&self, number: i64) -> u64 {
        self.touched(number) + HOUR
    }

    pub(super) fn record(&self, version: Version) -> Record {
        Record::new(
            Revision::from_i64(version.revision),
            version.data.to_le_bytes().to_vec(),
            version
                .principal
                .map(|principal| self.principals[principal]),
            self.touched(version.touched),
            self.expires(version.expires),
        )
    }

    pub(super) fn version(&self, record: &Record) -> Version {
        let since =
            |time: u64, zero: u64| i64::try_from(time).unwrap() - i64::try_from(zero).unwrap();
        let principal = |id| self.principals.iter().position(|principal| principal == id);
        Version {
            revision: record.revision().to_i64(),
            data: record.data().try_into().map_or(-1, i64::from_le_bytes),
            principal: record
                .principal()
                .map(|id| principal(id).unwrap_or(UNKNOWN)),
            touched: since(record.touched(), self.start),
            expires: since(record.expires(), self.start + HOUR),
        }
    }

    pub(super) fn number(&self, key: &SessionKey) -> usize {
        let number = self.keys.iter().position(|known| known == key);
        number.unwrap_or(UNKNOWN)
    }

    pub(super) fn numbers(&self, keys: &[SessionKey]) -> Vec<usize> {
        let mut numbers: Vec<usize> = keys.iter().map(|key| self.number(key)).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// 32 bytes that nobody else draws.
fn anything() -> [u8; 32] {
    let mut bytes = [0; 32];
    for part in bytes.chunks_mut(8) {
        part.copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
    }
    bytes
}

pub(super) const fn session_limit(limit: Limit) -> SessionLimit {
    SessionLimit::new(limit.max).when_full(if limit.refuses {
        WhenFull::Refuse
    } else {
        WhenFull::EndOldest
    })
}
