//! Letting one more session in, under a limit.
//!
//! ```text
//! read the index ─▶ read its records ─▶ reserve: one script on the index, which fails if it
//!        ▲                                 │    changed, marks those that have to end, and takes
//!        ├── it changed ───────────────────┤    the new one's place
//!        │                                 ▼
//!        └── somebody's place     create or save the record ─▶ confirm, delete those that end
//!            is only reserved              └─▶ it cannot be: release
//! ```
//!
//! The index alone says who is in, and one script changes it, so no two calls get the same place.
//! Marks lapse: of a process that died, a place that was reserved is free again, and a session that
//! was to end and did not counts again.

use ::redis::Value;
use tokio::time::{Duration, Instant, sleep};

use super::{
    RedisStore,
    error::strange,
    finish::to_the_end,
    index::{Mark, Member, Token, index_ttl, token},
    record::{decode, record_life, saved},
    script::{CONFIRM, Code, RELEASE, RESERVE},
};
use crate::store::{
    Admitted, Created, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit, StoreError,
    StoreErrorKind,
};

const WHAT: &str = "let a session in";

/// How long a mark holds, in milliseconds of the server's clock: longer than any one command of an
/// unattended store may take. A call that stops for longer finds its place gone, and ends the
/// session it has just made.
const MARKED: u64 = 6_000;

/// How often a call begins again because others changed the index.
const ATTEMPTS: usize = 1000;

/// How long it waits for another that has reserved a place.
const A_MOMENT: Duration = Duration::from_millis(10);

/// What an index says, compared with the records.
struct View {
    members: Vec<Member>,
    /// Those that count, the one to end first at the front. The new one is not among them.
    living: Vec<SessionKey>,
    /// How many places are taken by sessions that are about to be made.
    reserved: usize,
    stale: Vec<SessionKey>,
    /// The record of the session that is to be let in.
    present: Option<Revision>,
}

/// What can be done, by a view.
enum Plan {
    /// These have to end for it.
    Reserve {
        ending: Vec<SessionKey>,
    },
    /// Whether there is room depends on calls that have not come to their end.
    Wait,
    Answer(Admitted),
}

/// A place in the index, and whom it costs theirs.
struct Place {
    key: SessionKey,
    principal: PrincipalId,
    token: Token,
    ending: Vec<SessionKey>,
    /// The session was in the index before.
    is_known: bool,
    since: Instant,
}

impl RedisStore {
    pub(super) async fn admit_record(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
        limit: SessionLimit,
    ) -> Result<Admitted, StoreError> {
        let Some(principal) = record.principal() else {
            return self.let_in_nobody(key, expected, record).await;
        };
        for _ in 0..ATTEMPTS {
            let view = self.view(key, principal, record.touched()).await?;
            let ending = match view.plan(expected, record.revision(), limit) {
                Plan::Reserve { ending } => ending,
                Plan::Wait => {
                    sleep(A_MOMENT).await;
                    continue;
                }
                Plan::Answer(answer) => return Ok(answer),
            };
            let place = Place {
                key: *key,
                principal: *principal,
                token: token()?,
                ending,
                is_known: view.members.iter().any(|member| member.key == *key),
                since: Instant::now(),
            };
            let (store, record) = (self.unattended(), record.clone());
            let steps = async move {
                match store.reserve(&place, &view, &record).await? {
                    Some(deadline) => store
                        .take(&place, &deadline, expected, &record)
                        .await
                        .map(Some),
                    None => Ok(None),
                }
            };
            if let Some(answer) = to_the_end(steps).await? {
                return Ok(answer);
            }
        }
        Err(StoreError::new(
            StoreErrorKind::Unavailable,
            "redis: cannot let a session in: too many others of its principal come at once",
        ))
    }

    async fn let_in_nobody(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
    ) -> Result<Admitted, StoreError> {
        Ok(match expected {
            None => match self.create_record(key, record).await? {
                Created::Done => Admitted::Done { ended: Vec::new() },
                Created::Exists => Admitted::Exists,
            },
            Some(expected) => match self.save_record(key, expected, record).await? {
                Saved::Done => Admitted::Done { ended: Vec::new() },
                Saved::Conflict => Admitted::Conflict,
                Saved::Gone => Admitted::Gone,
            },
        })
    }

    async fn view(
        &self,
        key: &SessionKey,
        principal: &PrincipalId,
        now: u64,
    ) -> Result<View, StoreError> {
        let members = self.members(WHAT, principal).await?;
        let mut reading: Vec<_> = members.iter().map(|it| self.reading(&it.key)).collect();
        reading.push(self.reading(key));
        let mut values = self.link.each(WHAT, &reading).await?;
        let present = values.pop().ok_or_else(|| strange(WHAT))?;
        let present = decode(present, WHAT)?.map(|record| record.revision());
        let (mut living, mut reserved, mut stale) = (Vec::new(), 0, Vec::new());
        for (member, value) in members.iter().zip(values) {
            let record = decode(value, WHAT)?.filter(|it| it.principal() == Some(principal));
            match (member.mark, record) {
                _ if member.key == *key => {}
                (Mark::Reserved, _) => reserved += 1,
                (_, None) => stale.push(member.key),
                // Another call is about to delete it.
                (Mark::Ending, Some(_)) => {}
                (Mark::None, Some(record)) => {
                    // What has expired the server is about to delete.
                    if record.expires() > now {
                        living.push((record.touched(), member.key));
                    }
                }
            }
        }
        living.sort_unstable();
        Ok(View {
            living: living.into_iter().map(|(_, key)| key).collect(),
            members,
            reserved,
            stale,
            present,
        })
    }

    /// Takes a place and marks whom it costs theirs. Returns until when the marks hold; `None`: the
    /// index is not what was seen.
    async fn reserve(
        &self,
        place: &Place,
        view: &View,
        record: &Record,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut step = RESERVE
            .on(self.names.index(&place.principal))
            .arg(place.key.as_bytes())
            .arg(&place.token)
            .arg(MARKED)
            .arg(index_ttl(record_life(record)))
            .arg(view.members.len());
        for member in &view.members {
            step = step.arg(member.key.as_bytes()).arg(member.value.as_slice());
        }
        step = step.arg(place.ending.len());
        for key in place.ending.iter().chain(&view.stale) {
            step = step.arg(key.as_bytes());
        }
        match self.link.run(WHAT, &step).await? {
            Value::BulkString(deadline) => Ok(Some(deadline)),
            Value::Int(0) => Ok(None),
            _ => Err(strange(WHAT)),
        }
    }

    /// Makes the record in the place that was reserved for it.
    async fn take(
        &self,
        place: &Place,
        deadline: &[u8],
        expected: Option<Revision>,
        record: &Record,
    ) -> Result<Admitted, StoreError> {
        let write = match expected {
            None => self.creation(&place.key, record),
            Some(expected) => self.saving(&place.key, expected, record),
        };
        let answer = self.link.ask(WHAT, &write).await?;
        match (answer.code, expected) {
            (Code::Done | Code::Behind, _) => {}
            (Code::Left, Some(_)) => self.leave(&place.key, answer).await?,
            (code, expected) => {
                self.release(place, deadline).await?;
                return failed(code, expected);
            }
        }
        self.confirm(place, record).await
    }

    /// Makes the reservation an entry, and deletes those that end for it.
    async fn confirm(&self, place: &Place, record: &Record) -> Result<Admitted, StoreError> {
        let Place {
            key,
            principal,
            token,
            ending,
            ..
        } = place;
        let life = record_life(record);
        let confirm = CONFIRM
            .on(self.names.index(principal))
            .arg(key.as_bytes())
            .arg(token)
            .arg(index_ttl(life));
        // Those that end come first: a script that runs twice deletes nothing the second time. The
        // marks they leave are removed by whoever reads the index.
        let mut steps: Vec<_> = ending
            .iter()
            .map(|key| self.ending(key, principal))
            .collect();
        steps.extend([confirm, self.marking(key, principal, *token, life)]);
        let values = self.link.in_order(WHAT, &steps).await?;
        let (ends, confirmed) = values
            .split_at_checked(ending.len())
            .ok_or_else(|| strange(WHAT))?;
        // Another call has ended it since it was let in; or the marks have lapsed, and somebody
        // else has the place.
        if confirmed.first() != Some(&Value::Int(1)) {
            self.delete_record(key, Some(record.revision())).await?;
            if place.since.elapsed() >= Duration::from_millis(MARKED) {
                return Err(StoreError::new(
                    StoreErrorKind::Unavailable,
                    "redis: cannot let a session in: it took too long",
                ));
            }
        }
        let ended = ending.iter().zip(ends);
        let ended = ended.filter(|(_, value)| **value == Value::Int(1));
        Ok(Admitted::Done {
            ended: ended.map(|(key, _)| *key).collect(),
        })
    }

    async fn release(&self, place: &Place, deadline: &[u8]) -> Result<(), StoreError> {
        let step = RELEASE
            .on(self.names.index(&place.principal))
            .arg(&place.token)
            .arg(deadline)
            .arg(place.key.as_bytes())
            .arg(if place.is_known { "keep" } else { "" });
        let step = place
            .ending
            .iter()
            .fold(step, |step, key| step.arg(key.as_bytes()));
        self.link.run(WHAT, &step).await.map(drop)
    }
}

impl View {
    fn plan(&self, expected: Option<Revision>, new: Revision, limit: SessionLimit) -> Plan {
        match (expected, self.present) {
            // The record that is about to be made: the client of a cluster has sent it twice.
            (_, Some(present)) if present == new => {}
            (None, Some(_)) => return Plan::Answer(Admitted::Exists),
            (Some(_), None) => return Plan::Answer(Admitted::Gone),
            (Some(expected), Some(present)) if expected != present => {
                return Plan::Answer(Admitted::Conflict);
            }
            _ => {}
        }
        let over = (self.living.len() + self.reserved + 1).saturating_sub(limit.max());
        if limit.refuses() && self.living.len() >= limit.max() {
            Plan::Answer(Admitted::Refused)
        } else if over > self.living.len() || (limit.refuses() && over > 0) {
            Plan::Wait
        } else {
            let ending = self.living.iter().take(over).copied().collect();
            Plan::Reserve { ending }
        }
    }
}

fn failed(code: Code, expected: Option<Revision>) -> Result<Admitted, StoreError> {
    match (saved(code, WHAT)?, expected) {
        (Saved::Conflict, None) => Ok(Admitted::Exists),
        (Saved::Conflict, Some(_)) => Ok(Admitted::Conflict),
        (Saved::Gone, Some(_)) => Ok(Admitted::Gone),
        _ => Err(strange(WHAT)),
    }
}
