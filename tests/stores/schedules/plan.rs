//! What each task calls, drawn from a seed.

use std::ops::Range;

use session_runtime::store::SessionStore;

use super::model::{Call, KEYS, Limit, PRINCIPALS, Version};

/// `SplitMix64`: the same for the same seed, on every machine.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.roll() % bound).unwrap()
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A call of a task, and what it does before.
pub(super) struct Step {
    pub(super) yields: usize,
    pub(super) call: Call,
    /// The revision that is expected is the one the task has seen last, if it has seen any.
    pub(super) expects_seen: bool,
    /// The call is dropped after so many polls.
    pub(super) polls: Option<usize>,
}

pub(super) struct Plan {
    /// One after the other, before the tasks begin.
    pub(super) first: Vec<Step>,
    pub(super) tasks: Vec<Vec<Step>>,
    /// One after the other, when all tasks have ended.
    pub(super) last: Vec<Step>,
}

struct Draft {
    dice: Dice,
    written: i64,
    /// What it is drawn from, by the numbers in [`Draft::call`].
    calls: Range<usize>,
}

const OF_RECORDS: Range<usize> = 0..20;
const OF_RECORDS_AND_INDEX: Range<usize> = 0..28;
const OF_REVOCATIONS: Range<usize> = 28..32;

impl Plan {
    /// The plan of a seed, for a store that offers what `store` does.
    pub(super) fn new(seed: u64, store: &dyn SessionStore) -> Self {
        let mut dice = Dice::new(seed);
        let mut calls = OF_RECORDS;
        let has_index = store.principals().is_some();
        if has_index && !dice.one_in(4) {
            calls = OF_RECORDS_AND_INDEX;
        }
        // They have nothing to do with records: together, neither would meet often.
        if store.revocations().is_some() && dice.one_in(4) {
            calls = OF_REVOCATIONS;
        }
        let mut draft = Draft {
            dice,
            written: 0,
            calls,
        };
        let mut first = Vec::new();
        for key in 0..KEYS {
            if draft.dice.one_in(2) {
                let version = draft.version();
                first.push(Step::plain(Call::Create { key, version }));
            }
        }
        let tasks = 3 + draft.dice.below(2);
        let tasks = (0..tasks).map(|_| {
            let steps = 4 + draft.dice.below(3);
            (0..steps).map(|_| draft.step()).collect()
        });
        let tasks = tasks.collect();
        let mut last: Vec<_> = (0..KEYS).map(|key| Call::Load { key }).collect();
        if has_index {
            last.extend((0..PRINCIPALS).map(|principal| Call::List { principal }));
        }
        let last = last.into_iter().map(Step::plain).collect();
        Self { first, tasks, last }
    }
}

impl Step {
    const fn plain(call: Call) -> Self {
        Self {
            yields: 0,
            call,
            expects_seen: false,
            polls: None,
        }
    }
}

impl Draft {
    fn number(&mut self) -> i64 {
        self.written += 1;
        self.written
    }

    fn version(&mut self) -> Version {
        let number = self.number();
        let principal = self.dice.below(PRINCIPALS + 1).checked_sub(1);
        Version {
            revision: number,
            data: number,
            principal,
            touched: number,
            expires: number,
        }
    }

    fn step(&mut self) -> Step {
        Step {
            yields: self.dice.below(3),
            call: self.call(),
            expects_seen: !self.dice.one_in(4),
            polls: self.dice.one_in(16).then(|| self.dice.below(4)),
        }
    }

    fn call(&mut self) -> Call {
        let (key, principal) = (self.dice.below(KEYS), self.dice.below(PRINCIPALS));
        match self.calls.start + self.dice.below(self.calls.len()) {
            0..=4 => Call::Load { key },
            5..=10 => Call::Save {
                key,
                expected: self.any_number(),
                version: self.version(),
            },
            11..=13 => Call::Create {
                key,
                version: self.version(),
            },
            14..=16 => Call::Touch {
                key,
                number: self.number(),
            },
            17..=19 => Call::Delete {
                key,
                expected: self.dice.one_in(2).then(|| self.any_number()),
            },
            20..=22 => Call::List { principal },
            23..=26 => self.admit(key),
            27 => Call::DeleteAll {
                principal,
                except: self.dice.one_in(2).then_some(key),
            },
            28 => Call::Revoke { key },
            29 | 30 => Call::AdvanceEpoch {
                principal,
                at_least: self.dice.roll() % 5,
            },
            _ => Call::Standing { key, principal },
        }
    }

    fn admit(&mut self, key: usize) -> Call {
        Call::Admit {
            key,
            expected: self.dice.one_in(2).then(|| self.any_number()),
            version: self.version(),
            limit: Limit {
                max: 1 + self.dice.below(2),
                refuses: self.dice.one_in(2),
            },
        }
    }

    /// A revision that was written, or is yet to be.
    fn any_number(&mut self) -> i64 {
        let numbers = usize::try_from(self.written).unwrap() + 3;
        i64::try_from(self.dice.below(numbers)).unwrap()
    }
}
