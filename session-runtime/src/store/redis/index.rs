//! The index of principals: one hash each, from the key of a record to a token of its entry.
//!
//! A record and the index of its principal can be on different servers of a cluster, so nothing
//! changes both at once. The record decides, the index follows, and whoever reads the index asks
//! the records. An entry is removed only if its token is the one that was seen, and every
//! registration draws a new one: what was found stale and has been registered since stays.

use ::redis::Value;

use super::{
    RedisStore,
    error::corrupt,
    head,
    record::{decode, ttl},
    script::{Answer, END, MARK, MEMBERS, REGISTER, Step, UNREGISTER},
};
use crate::{
    random::Random,
    store::{PrincipalId, Record, SessionKey, StoreError, StoreErrorKind},
};

/// Kept this much longer than the record, in milliseconds: for clocks that differ between the
/// servers of an application.
const MARGIN: u64 = 10 * 60 * 1000;

const KEEP: &str = "keep the index of principals";

/// Names one registration.
pub(super) type Token = [u8; 8];

/// What stands in a record for the token of an entry that is not made yet.
const NO_TOKEN: Token = [0; 8];

pub(super) fn token() -> Result<Token, StoreError> {
    Random::default().array().map_err(|error| {
        StoreError::new(StoreErrorKind::Unavailable, "redis: cannot draw a token").because(error)
    })
}

/// How long the index is kept for a record. Twice as long as the record, so that it has to be
/// extended once in a record's life, and not whenever the record is used.
pub(super) fn index_ttl((touched, expires): (u64, u64)) -> u64 {
    2 * ttl(touched, expires) + MARGIN
}

/// One entry of an index.
pub(super) struct Member {
    pub(super) key: SessionKey,
    /// A token, and what an admission has marked it with.
    pub(super) value: Vec<u8>,
    pub(super) mark: Mark,
}

/// What an admission has said of an entry, for as long as that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    /// Its record is about to be made.
    Reserved,
    /// Its record is about to be deleted.
    Ending,
}

impl Member {
    fn of(key: Value, value: Value, now: u64) -> Option<Self> {
        let (Value::BulkString(key), Value::BulkString(value)) = (key, value) else {
            return None;
        };
        let mark = match value.get(8..).and_then(<[u8]>::split_first) {
            Some((kind, deadline)) if decimal(deadline)? > now => match kind {
                b'+' => Mark::Reserved,
                b'-' => Mark::Ending,
                _ => return None,
            },
            _ => Mark::None,
        };
        Some(Self {
            key: SessionKey::from_bytes(key.try_into().ok()?),
            value,
            mark,
        })
    }
}

impl RedisStore {
    pub(super) async fn list_records(
        &self,
        principal: &PrincipalId,
    ) -> Result<Vec<(SessionKey, Record)>, StoreError> {
        const WHAT: &str = "list the sessions of a principal";
        let members = self.members(WHAT, principal).await?;
        let reading: Vec<_> = members.iter().map(|it| self.reading(&it.key)).collect();
        let values = self.link.each(WHAT, &reading).await?;
        let (mut records, mut stale) = (Vec::new(), Vec::new());
        for (member, value) in members.into_iter().zip(values) {
            match decode(value, WHAT)? {
                // An admission has its place already.
                Some(_) if member.mark == Mark::Ending => {}
                Some(record) if record.principal() == Some(principal) => {
                    records.push((member.key, record));
                }
                _ if member.mark == Mark::Reserved => {}
                _ => stale.push(member),
            }
        }
        self.forget(principal, &stale).await?;
        Ok(records)
    }

    pub(super) async fn delete_records(
        &self,
        principal: &PrincipalId,
        except: Option<&SessionKey>,
    ) -> Result<Vec<SessionKey>, StoreError> {
        const WHAT: &str = "delete the sessions of a principal";
        let mut members = self.members(WHAT, principal).await?;
        members.retain(|member| Some(&member.key) != except);
        let ends: Vec<_> = members
            .iter()
            .map(|member| self.ending(&member.key, principal))
            .collect();
        let values = self.link.each_step(WHAT, &ends).await?;
        let (mut ended, mut stale) = (Vec::new(), Vec::new());
        for (member, value) in members.into_iter().zip(values) {
            let was_there = value == Value::Int(1);
            if was_there {
                ended.push(member.key);
            }
            if was_there || member.mark != Mark::Reserved {
                stale.push(member);
            }
        }
        self.forget(principal, &stale).await?;
        Ok(ended)
    }

    /// Puts a record into the index of its principal, or keeps it there for longer, and notes in
    /// the record that it is there.
    pub(super) async fn register(
        &self,
        key: &SessionKey,
        principal: &PrincipalId,
        life: (u64, u64),
    ) -> Result<(), StoreError> {
        let token = token()?;
        let step = self.registration(key, principal, token, life);
        self.link.run(KEEP, &step).await?;
        self.mark(key, principal, token, life).await
    }

    pub(super) fn registration(
        &self,
        key: &SessionKey,
        principal: &PrincipalId,
        token: Token,
        life: (u64, u64),
    ) -> Step {
        REGISTER
            .on(self.names.index(principal))
            .arg(key.as_bytes())
            .arg(&token)
            .arg(index_ttl(life))
    }

    /// Notes in a record that it is in the index. Never in one go with the registration: one that
    /// failed is repeated by the record's next use, for want of the note.
    pub(super) async fn mark(
        &self,
        key: &SessionKey,
        principal: &PrincipalId,
        token: Token,
        life: (u64, u64),
    ) -> Result<(), StoreError> {
        let step = self.marking(key, principal, token, life);
        self.link.run(KEEP, &step).await.map(drop)
    }

    pub(super) fn marking(
        &self,
        key: &SessionKey,
        principal: &PrincipalId,
        token: Token,
        (touched, expires): (u64, u64),
    ) -> Step {
        MARK.on(self.names.record(key))
            .arg(principal.as_bytes())
            .arg(&token)
            .arg(head::time(expires.saturating_add(ttl(touched, expires))))
    }

    /// Takes a record that was deleted, or is somebody else's now, out of the index it was in. An
    /// answer of [`Code::Left`](super::script::Code::Left) says which that was.
    pub(super) async fn leave(&self, key: &SessionKey, answer: Answer) -> Result<(), StoreError> {
        let mut texts = answer.texts();
        let principal = texts.next().and_then(|bytes| bytes.try_into().ok());
        let entry = texts.next().filter(|entry| *entry != NO_TOKEN);
        // Without an entry there was no principal, or the registration is not finished: what it
        // leaves behind is removed when the index is read.
        let (Some(principal), Some(value)) = (principal, entry) else {
            return Ok(());
        };
        let member = Member {
            key: *key,
            value,
            mark: Mark::None,
        };
        self.forget(&PrincipalId::from_bytes(principal), &[member])
            .await
    }

    /// Removes entries that still are what they were.
    pub(super) async fn forget(
        &self,
        principal: &PrincipalId,
        members: &[Member],
    ) -> Result<(), StoreError> {
        if members.is_empty() {
            return Ok(());
        }
        let step = members.iter().fold(
            UNREGISTER.on(self.names.index(principal)),
            |step, member| step.arg(member.key.as_bytes()).arg(member.value.as_slice()),
        );
        self.link.run(KEEP, &step).await.map(drop)
    }

    pub(super) fn ending(&self, key: &SessionKey, principal: &PrincipalId) -> Step {
        END.on(self.names.record(key)).arg(principal.as_bytes())
    }

    pub(super) async fn members(
        &self,
        what: &'static str,
        principal: &PrincipalId,
    ) -> Result<Vec<Member>, StoreError> {
        let step = MEMBERS.on(self.names.index(principal));
        members(self.link.run(what, &step).await?).ok_or_else(|| corrupt(what))
    }
}

fn members(value: Value) -> Option<Vec<Member>> {
    let Value::Array(values) = value else {
        return None;
    };
    let [Value::BulkString(now), Value::Array(entries)] = <[Value; 2]>::try_from(values).ok()?
    else {
        return None;
    };
    let now = decimal(&now)?;
    let mut entries = entries.into_iter();
    let mut members = Vec::with_capacity(entries.len() / 2);
    while let (Some(key), Some(value)) = (entries.next(), entries.next()) {
        members.push(Member::of(key, value, now)?);
    }
    Some(members)
}

fn decimal(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
