//! What a store is: the answers to calls that come one after the other.

use session_runtime::store::{Created, Saved};

/// Few, so that calls meet.
pub(super) const KEYS: usize = 3;
pub(super) const PRINCIPALS: usize = 2;

/// A record, its times counted from when the schedule began. Whatever was written has a number of
/// its own, which is its revision, its data and the time at which it was used; so no two were used
/// at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Version {
    pub(super) revision: i64,
    pub(super) data: i64,
    pub(super) principal: Option<usize>,
    pub(super) touched: i64,
    pub(super) expires: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Create {
        key: usize,
        version: Version,
    },
    Load {
        key: usize,
    },
    Save {
        key: usize,
        expected: i64,
        version: Version,
    },
    Touch {
        key: usize,
        number: i64,
    },
    Delete {
        key: usize,
        expected: Option<i64>,
    },
    List {
        principal: usize,
    },
    DeleteAll {
        principal: usize,
        except: Option<usize>,
    },
    Admit {
        key: usize,
        expected: Option<i64>,
        version: Version,
        limit: Limit,
    },
    Revoke {
        key: usize,
    },
    AdvanceEpoch {
        principal: usize,
        at_least: u64,
    },
    Standing {
        key: usize,
        principal: usize,
    },
    /// A part of a standing, of which a cluster keeps each on a server of its own.
    IsRevoked {
        key: usize,
    },
    /// The other part of it.
    Epoch {
        principal: usize,
    },
    /// A part of what an index that lags did to a principal's records: one of them ended.
    End {
        key: usize,
        principal: usize,
    },
}

impl Call {
    /// Nothing comes of it but its answer.
    pub(super) const fn only_reads(self) -> bool {
        matches!(
            self,
            Self::Load { .. }
                | Self::List { .. }
                | Self::Standing { .. }
                | Self::IsRevoked { .. }
                | Self::Epoch { .. }
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) max: usize,
    pub(super) refuses: bool,
}

/// Keys in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Created(Created),
    Loaded(Option<Version>),
    Saved(Saved),
    Touched(bool),
    Listed(Vec<(usize, Version)>),
    Ended(Vec<usize>),
    Exists,
    Conflict,
    Gone,
    Refused,
    Epoch(u64),
    IsRevoked(bool),
    Standing { is_revoked: bool, epoch: u64 },
    Nothing,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct State {
    records: [Option<Version>; KEYS],
    is_revoked: [bool; KEYS],
    epochs: [u64; PRINCIPALS],
}

impl State {
    /// Carries out a call and answers it.
    pub(super) fn carry_out(&mut self, call: Call) -> Answer {
        match call {
            Call::Create { key, version } => Answer::Created(self.create(key, version)),
            Call::Load { key } => Answer::Loaded(self.records[key]),
            Call::Save {
                key,
                expected,
                version,
            } => Answer::Saved(self.replace(key, Some(expected), Some(version))),
            Call::Touch { key, number } => Answer::Touched(self.touch(key, number)),
            Call::Delete { key, expected } => Answer::Saved(self.replace(key, expected, None)),
            Call::List { principal } => Answer::Listed(self.of(principal).collect()),
            Call::DeleteAll { principal, except } => {
                let keys = self.of(principal).map(|(key, _)| key);
                let keys: Vec<usize> = keys.filter(|key| Some(*key) != except).collect();
                self.end(keys)
            }
            Call::Admit {
                key,
                expected,
                version,
                limit,
            } => self.admit(key, expected, version, limit),
            Call::Revoke { key } => {
                self.is_revoked[key] = true;
                Answer::Nothing
            }
            Call::AdvanceEpoch {
                principal,
                at_least,
            } => {
                let epoch = &mut self.epochs[principal];
                *epoch = at_least.max(*epoch + 1);
                Answer::Epoch(*epoch)
            }
            Call::Standing { key, principal } => Answer::Standing {
                is_revoked: self.is_revoked[key],
                epoch: self.epochs[principal],
            },
            Call::IsRevoked { key } => Answer::IsRevoked(self.is_revoked[key]),
            Call::Epoch { principal } => Answer::Epoch(self.epochs[principal]),
            Call::End { key, principal } => {
                let is_his = self.of(principal).any(|(his, _)| his == key);
                if is_his {
                    self.end(vec![key])
                } else {
                    Answer::Gone
                }
            }
        }
    }

    fn create(&mut self, key: usize, version: Version) -> Created {
        if self.records[key].is_some() {
            return Created::Exists;
        }
        self.records[key] = Some(version);
        Created::Done
    }

    fn replace(&mut self, key: usize, expected: Option<i64>, version: Option<Version>) -> Saved {
        match self.records[key] {
            None => Saved::Gone,
            Some(found) if expected.is_some_and(|expected| expected != found.revision) => {
                Saved::Conflict
            }
            Some(_) => {
                self.records[key] = version;
                Saved::Done
            }
        }
    }

    fn touch(&mut self, key: usize, number: i64) -> bool {
        let Some(found) = &mut self.records[key] else {
            return false;
        };
        found.touched = found.touched.max(number);
        found.expires = found.expires.max(number);
        true
    }

    fn end(&mut self, keys: Vec<usize>) -> Answer {
        for key in &keys {
            self.records[*key] = None;
        }
        Answer::Ended(keys)
    }

    fn admit(
        &mut self,
        key: usize,
        expected: Option<i64>,
        version: Version,
        limit: Limit,
    ) -> Answer {
        match (expected, self.records[key]) {
            (None, Some(_)) => return Answer::Exists,
            (Some(_), None) => return Answer::Gone,
            (Some(expected), Some(found)) if expected != found.revision => return Answer::Conflict,
            _ => {}
        }
        let mut ended = Vec::new();
        if let Some(principal) = version.principal {
            let others = self.of(principal).filter(|(other, _)| *other != key);
            let mut others: Vec<_> = others.map(|(key, other)| (other.touched, key)).collect();
            let over = (others.len() + 1).saturating_sub(limit.max);
            if over > 0 && limit.refuses {
                return Answer::Refused;
            }
            others.sort_unstable();
            ended.extend(others.into_iter().take(over).map(|(_, key)| key));
            ended.sort_unstable();
        }
        self.records[key] = Some(version);
        self.end(ended)
    }

    fn of(&self, principal: usize) -> impl Iterator<Item = (usize, Version)> {
        let records = self.records.iter().enumerate();
        let records = records.filter_map(|(key, record)| Some((key, (*record)?)));
        records.filter(move |(_, record)| record.principal == Some(principal))
    }
}
