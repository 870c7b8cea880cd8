//! One check, and the comparisons it is made of.

use std::{error::Error, fmt, future::Future, pin::Pin};

use super::trial::Trial;
use crate::{
    error::SealError,
    store::{Record, StoreError},
};

/// A check: named after what is true of every right store, and given what it works with.
pub(in crate::testing) struct Fact<T = Trial> {
    pub(in crate::testing) name: &'static str,
    pub(in crate::testing) check: fn(T) -> Pin<Box<dyn Future<Output = Verdict> + Send>>,
}

/// The checks of a module, each under the name of its function.
macro_rules! facts {
    ($($fact:ident,)*) => {
        &[$(crate::testing::conformance::Fact {
            name: stringify!($fact),
            check: |trial| Box::pin($fact(trial)),
        },)*]
    };
}
pub(in crate::testing) use facts;

pub(in crate::testing) type Verdict = Result<(), Broken>;

/// What was seen that must not be.
#[derive(Debug)]
pub(in crate::testing) struct Broken(String);

impl Broken {
    pub(in crate::testing) fn new(seen: impl Into<String>) -> Self {
        Self(seen.into())
    }

    pub(super) fn into_seen(self) -> String {
        self.0
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        let mut seen = format!("the store failed: {error} ({:?})", error.kind());
        let mut source = error.source();
        while let Some(error) = source {
            seen = format!("{seen}: {error}");
            source = error.source();
        }
        Self(seen)
    }
}

impl From<SealError> for Broken {
    fn from(error: SealError) -> Self {
        Self(format!("no randomness to check with: {error}"))
    }
}

/// `what` came out as it should.
#[expect(clippy::needless_pass_by_value, reason = "an answer is looked at once")]
pub(in crate::testing) fn is<T: PartialEq + fmt::Debug>(
    what: &str,
    seen: T,
    expected: T,
) -> Verdict {
    if seen == expected {
        return Ok(());
    }
    Err(Broken(format!("{what}: {seen:?} and not {expected:?}")))
}

pub(in crate::testing) fn holds(holds: bool, otherwise: &str) -> Verdict {
    if holds {
        return Ok(());
    }
    Err(Broken::new(otherwise))
}

/// `what` loads as `expected`.
pub(super) fn is_record(what: &str, seen: Option<Record>, expected: Option<&Record>) -> Verdict {
    let (seen, expected) = match (seen, expected) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Broken(format!("{what} is not there"))),
        (Some(_), None) => return Err(Broken(format!("{what} is there"))),
        (Some(seen), Some(expected)) => (seen, expected),
    };
    let times = |record: &Record| (record.touched(), record.expires());
    let differences = [
        ("revision", seen.revision() != expected.revision()),
        ("data", seen.data() != expected.data()),
        ("principal", seen.principal() != expected.principal()),
        ("time of the last use", seen.touched() != expected.touched()),
        ("end", seen.expires() != expected.expires()),
    ];
    let differences = differences.iter().filter(|(_, differs)| *differs);
    let parts: Vec<&str> = differences.map(|(part, _)| *part).collect();
    if parts.is_empty() {
        return Ok(());
    }
    Err(Broken(format!(
        "{what} has another {} (used and ends at {:?} and not {:?}, {} bytes and not {})",
        parts.join(", "),
        times(&seen),
        times(expected),
        seen.data().len(),
        expected.data().len(),
    )))
}
