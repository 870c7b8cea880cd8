//! A store that keeps every guarantee, and can be told to break one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::task::yield_now;

use super::{
    compare::{composed, fits, matches},
    fault::Fault,
};
use crate::store::{
    Created, Held, KeyValueStore, Lifetime, Saved, StoreError, StoreErrorKind, StoreFuture, Sweep,
};

#[derive(Debug, Clone)]
struct Value {
    text: String,
    end: u64,
    first_text: String,
    first_end: u64,
}

type Values = BTreeMap<String, Value>;

#[derive(Debug)]
pub(super) struct Plain {
    fault: Fault,
    values: Arc<Mutex<Values>>,
    /// What this client has got, and not written since.
    got: Mutex<BTreeMap<String, Held>>,
}

impl Plain {
    pub(super) fn new(fault: Fault) -> Self {
        let (values, got) = (Arc::default(), Mutex::default());
        Self { fault, values, got }
    }

    /// Another client of the same store.
    pub(super) fn client(&self) -> Self {
        let (fault, values, got) = (self.fault, Arc::clone(&self.values), Mutex::default());
        Self { fault, values, got }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn there(&self, key: &str) -> Option<Value> {
        self.values().get(key).cloned()
    }

    fn key(&self, key: &str) -> String {
        match self.fault {
            Fault::KeyIsCut => key.chars().take(128).collect(),
            Fault::KeyIgnoresCase => key.to_lowercase(),
            Fault::KeyIsTrimmed => key.trim().to_owned(),
            Fault::KeyIsComposed => composed(key),
            Fault::KeyIsDecoded => key.replace("%61", "a"),
            _ => key.to_owned(),
        }
    }

    fn value(&self, text: &str, lifetime: Lifetime) -> Value {
        let (now, seconds) = (lifetime.start(), lifetime.seconds());
        let end = match self.fault {
            Fault::EndIsNarrow => now + seconds % (1 << 32) * 1000,
            Fault::EndIsInSeconds => now + seconds,
            _ => lifetime.end(),
        };
        Value {
            text: text.to_owned(),
            end,
            first_text: text.to_owned(),
            first_end: end,
        }
    }

    /// Those that are taken for `key`.
    fn meant(&self, key: &str, pattern: Fault) -> Vec<String> {
        let is_meant = |other: &&String| *other == key || self.has(pattern) && matches(key, other);
        self.values().keys().filter(is_meant).cloned().collect()
    }

    /// A step that others may come between, if `fault` is what is wrong.
    async fn step(&self, fault: Fault) {
        if self.has(fault) {
            yield_now().await;
        }
    }

    fn got(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyValueStore for Plain {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        Box::pin(async move {
            let key = self.key(key);
            let there = self.there(&key);
            if there.is_none() && self.has(Fault::GetCreates) {
                let made = self.value("", Lifetime::new(0, 1));
                self.values().insert(key.clone(), made);
            }
            let held = there.map(|value| Held {
                value: value.text,
                end: Some(value.end),
            });
            if self.has(Fault::GetIsCached) {
                let mut got = self.got();
                return Ok(match held {
                    Some(held) => Some(got.entry(key).or_insert(held).clone()),
                    None => got.get(&key).cloned(),
                });
            }
            Ok(held)
        })
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            assert!(!self.has(Fault::Panics), "told to");
            if self.has(Fault::Fails) {
                let error = StoreError::new(StoreErrorKind::Unavailable, "plain: told to fail");
                return Err(error.because("at once"));
            }
            let key = self.key(key);
            self.got().remove(&key);
            let mut new = self.value(value, lifetime);
            match self.fault {
                Fault::CreateTrims => new.text = value.trim().to_owned(),
                Fault::CreateLosesZeroBytes => new.text = value.replace('\0', ""),
                Fault::CreateCuts => new.text = value.chars().take(65_535).collect(),
                _ => {}
            }
            let there = self.there(&key);
            self.step(Fault::CreateInTwoSteps).await;
            if let Some(there) = there {
                let is_nothing = there.text.is_empty() && self.has(Fault::EmptyIsNothing);
                if there.text == value && self.has(Fault::CreateOfTheSameIsDone) {
                    return Ok(Created::Done);
                }
                if !is_nothing && !self.has(Fault::CreateReplaces) {
                    if self.has(Fault::CreateMovesEnd) {
                        let end = new.end;
                        self.values().insert(key, Value { end, ..there });
                    }
                    return Ok(Created::Exists);
                }
            }
            if self.has(Fault::CreateInHalves) {
                let half = self.value("", lifetime);
                self.values().insert(key.clone(), half);
                yield_now().await;
            }
            self.values().insert(key, new);
            Ok(Created::Done)
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        use Fault::*;
        Box::pin(async move {
            let key = self.key(key);
            self.got().remove(&key);
            let mut new = self.value(value, lifetime);
            let there = self.there(&key);
            self.step(ReplaceInTwoSteps).await;
            let Some(there) = there else {
                let empty = self.has(ReplaceTakesNothingForEmpty) && expected.is_empty();
                let back = self.has(ReplaceBringsBack) && value == expected;
                if empty || back || self.has(ReplaceUpserts) {
                    self.values().insert(key, new);
                    return Ok(Saved::Done);
                }
                return Ok(Saved::Gone);
            };
            if self.has(ReplaceTwiceIsDone) && there.text == value {
                return Ok(Saved::Done);
            }
            let same = self.has(ReplaceByTheSameConflicts) && value == expected;
            if !fits(self.fault, &there.text, expected) || same {
                if self.has(ConflictMovesEnd) {
                    let end = new.end;
                    self.values().insert(key, Value { end, ..there });
                }
                return Ok(Saved::Conflict);
            }
            match self.fault {
                ReplaceTrims => new.text = value.trim().to_owned(),
                ReplaceKeepsEnd => new.end = there.end,
                ReplaceOnlyLengthens => new.end = new.end.max(there.end),
                _ => {}
            }
            (new.first_text, new.first_end) = (there.first_text, there.first_end);
            if self.has(ReplaceInHalves) {
                let half = self.value("", lifetime);
                self.values().insert(key.clone(), half);
                yield_now().await;
            }
            self.values().insert(key.clone(), new.clone());
            for meant in self.meant(&key, ReplaceTakesPatterns) {
                self.values().insert(meant, new.clone());
            }
            Ok(Saved::Done)
        })
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        use Fault::*;
        Box::pin(async move {
            let key = self.key(key);
            self.got().remove(&key);
            let there = self.there(&key);
            self.step(DeleteInTwoSteps).await;
            let Some(mut there) = there else {
                return Ok(match self.fault {
                    DeleteOfNothingIsDone => Saved::Done,
                    DeleteOfNothingConflicts if expected.is_some() => Saved::Conflict,
                    _ => Saved::Gone,
                });
            };
            let fits = expected.is_none_or(|expected| {
                let first = self.has(DeleteTakesFirstText) && there.first_text == expected;
                first || fits(self.fault, &there.text, expected) && !self.has(DeleteNeverFits)
            });
            if !fits {
                return Ok(Saved::Conflict);
            }
            match self.fault {
                DeleteLeavesEmpty if there.text.is_empty() => return Ok(Saved::Gone),
                DeleteInHalves => {
                    there.text.clear();
                    self.values().insert(key.clone(), there);
                    yield_now().await;
                }
                DeleteLeavesTombstone => {
                    there.text.clear();
                    self.values().insert(key, there);
                    return Ok(Saved::Done);
                }
                _ => {}
            }
            for meant in self.meant(&key, DeleteTakesPatterns) {
                self.values().remove(&meant);
            }
            Ok(Saved::Done)
        })
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        (!self.has(Fault::NoSweeper)).then_some(self)
    }
}

impl Sweep for Plain {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut values = self.values();
            let before = values.len();
            if self.has(Fault::SweepLeavesEmpty) {
                let ended = values.values_mut().filter(|value| value.end <= now);
                ended.for_each(|value| value.text.clear());
                return Ok(9);
            }
            values.retain(|_, value| match self.fault {
                Fault::SweepTakesAll => false,
                Fault::SweepIsLate => value.end < now,
                Fault::SweepUsesFirstEnd => value.first_end > now,
                _ => value.end > now,
            });
            let swept = before - values.len();
            let counts = !self.has(Fault::SweepCountsNothing);
            Ok(if counts { swept as u64 } else { 0 })
        })
    }
}
