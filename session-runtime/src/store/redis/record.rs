//! Records: one hash each, `load` one command, and what changes one a script.

use ::redis::{Cmd, Value, cmd};

use super::{
    RedisStore, error,
    finish::Finish,
    index::token,
    script::{CREATE, Code, DELETE, SAVE, Step, TOUCH, first},
};
use crate::store::{Created, PrincipalId, Record, Revision, Saved, SessionKey, StoreError};

/// The longest that anything is kept, in milliseconds: 35,000 years. What is longer comes of a
/// time that means «never», and would be too much for the server.
const LONGEST: u64 = 1 << 50;

/// How long a record is kept. The server counts it by its own clock, so that it matters to no
/// session whether that clock agrees with the library's.
pub(super) fn ttl(touched: u64, expires: u64) -> u64 {
    expires.saturating_sub(touched).min(LONGEST)
}

/// Nothing stands for nobody: scripts know no absent argument.
pub(super) fn bytes(principal: Option<&PrincipalId>) -> &[u8] {
    principal.map_or(&[], |principal| principal.as_bytes())
}

impl RedisStore {
    pub(super) async fn create_record(
        &self,
        key: &SessionKey,
        record: &Record,
    ) -> Result<Created, StoreError> {
        let call = self.create_and_register(key, record);
        match record.principal() {
            Some(_) => Finish::of(self, key, call).await,
            None => call.await,
        }
    }

    async fn create_and_register(
        &self,
        key: &SessionKey,
        record: &Record,
    ) -> Result<Created, StoreError> {
        const WHAT: &str = "create a record";
        let create = self.creation(key, record);
        let created = |code| match code {
            Code::Done => Ok(Created::Done),
            Code::Other => Ok(Created::Exists),
            _ => Err(error::strange(WHAT)),
        };
        let Some(principal) = record.principal() else {
            return created(self.link.ask(WHAT, &create).await?.code);
        };
        let (token, life) = (token()?, record_life(record));
        // In one go with the record: if there is another, the entry is one that no record bears out.
        let register = self.registration(key, principal, token, life);
        let values = self.link.in_order(WHAT, &[create, register]).await?;
        let created = created(first(values, WHAT)?.code)?;
        if created == Created::Done {
            self.mark(key, principal, token, life).await?;
        }
        Ok(created)
    }

    pub(super) async fn load_record(&self, key: &SessionKey) -> Result<Option<Record>, StoreError> {
        const WHAT: &str = "load a record";
        decode(self.link.one(WHAT, &self.reading(key)).await?, WHAT)
    }

    pub(super) async fn save_record(
        &self,
        key: &SessionKey,
        expected: Revision,
        record: &Record,
    ) -> Result<Saved, StoreError> {
        let call = self.save_and_register(key, expected, record);
        match record.principal() {
            Some(_) => Finish::of(self, key, call).await,
            None => call.await,
        }
    }

    async fn save_and_register(
        &self,
        key: &SessionKey,
        expected: Revision,
        record: &Record,
    ) -> Result<Saved, StoreError> {
        const WHAT: &str = "save a record";
        let answer = self
            .link
            .ask(WHAT, &self.saving(key, expected, record))
            .await?;
        match (answer.code, record.principal()) {
            (Code::Behind, Some(principal)) => {
                self.register(key, principal, record_life(record)).await?;
            }
            (Code::Left, principal) => {
                if let Some(principal) = principal {
                    self.register(key, principal, record_life(record)).await?;
                }
                self.leave(key, answer).await?;
            }
            (code, _) => return saved(code, WHAT),
        }
        Ok(Saved::Done)
    }

    pub(super) async fn touch_record(
        &self,
        key: &SessionKey,
        touched: u64,
        expires: u64,
    ) -> Result<bool, StoreError> {
        Finish::of(self, key, self.touch_and_register(key, touched, expires)).await
    }

    async fn touch_and_register(
        &self,
        key: &SessionKey,
        touched: u64,
        expires: u64,
    ) -> Result<bool, StoreError> {
        const WHAT: &str = "touch a record";
        let step = TOUCH
            .on(&self.names.record(key))
            .arg(touched)
            .arg(expires)
            .arg(ttl(touched, expires));
        let answer = self.link.ask(WHAT, &step).await?;
        match answer.code {
            Code::Done => Ok(true),
            Code::Gone => Ok(false),
            Code::Behind => {
                if let Some(principal) = answer.texts().next().and_then(principal) {
                    self.register(key, &principal, (touched, expires)).await?;
                }
                Ok(true)
            }
            Code::Corrupt => Err(error::corrupt(WHAT)),
            Code::Other | Code::Left => Err(error::strange(WHAT)),
        }
    }

    pub(super) async fn delete_record(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
    ) -> Result<Saved, StoreError> {
        const WHAT: &str = "delete a record";
        let step = DELETE.on(&self.names.record(key));
        let step = match expected {
            Some(revision) => step.arg(revision.to_i64()),
            None => step.arg(""),
        };
        let answer = self.link.ask(WHAT, &step).await?;
        if answer.code == Code::Left {
            self.leave(key, answer).await?;
            return Ok(Saved::Done);
        }
        saved(answer.code, WHAT)
    }

    pub(super) fn creation(&self, key: &SessionKey, record: &Record) -> Step {
        write(CREATE.on(&self.names.record(key)), record)
    }

    pub(super) fn saving(&self, key: &SessionKey, expected: Revision, record: &Record) -> Step {
        let step = SAVE.on(&self.names.record(key)).arg(expected.to_i64());
        write(step, record)
    }

    pub(super) fn reading(&self, key: &SessionKey) -> Cmd {
        let mut command = cmd("HMGET");
        command
            .arg(self.names.record(key))
            .arg("revision")
            .arg("data")
            .arg("principal")
            .arg("touched")
            .arg("expires");
        command
    }
}

/// When it was last used, and when it ends.
pub(super) const fn record_life(record: &Record) -> (u64, u64) {
    (record.touched(), record.expires())
}

fn write(step: Step, record: &Record) -> Step {
    step.arg(record.revision().to_i64())
        .arg(record.data())
        .arg(record.touched())
        .arg(record.expires())
        .arg(ttl(record.touched(), record.expires()))
        .arg(bytes(record.principal()))
}

pub(super) fn saved(code: Code, what: &'static str) -> Result<Saved, StoreError> {
    match code {
        Code::Done => Ok(Saved::Done),
        Code::Other => Ok(Saved::Conflict),
        Code::Gone => Ok(Saved::Gone),
        Code::Corrupt => Err(error::corrupt(what)),
        Code::Behind | Code::Left => Err(error::strange(what)),
    }
}

/// What [`RedisStore::reading`] is answered with.
pub(super) fn decode(value: Value, what: &'static str) -> Result<Option<Record>, StoreError> {
    let Value::Array(values) = value else {
        return Err(error::strange(what));
    };
    if values.iter().all(|value| matches!(value, Value::Nil)) {
        return Ok(None);
    }
    read(values).map(Some).ok_or_else(|| error::corrupt(what))
}

fn read(values: Vec<Value>) -> Option<Record> {
    let [revision, data, owner, touched, expires] = <[Value; 5]>::try_from(values).ok()?;
    let owner = match owner {
        Value::Nil => None,
        owner => Some(principal(text(owner)?)?),
    };
    let revision = number(revision)?.try_into().ok()?;
    Some(Record::new(
        Revision::from_i64(revision),
        text(data)?,
        owner,
        number(touched)?,
        number(expires)?,
    ))
}

pub(super) fn principal(bytes: Vec<u8>) -> Option<PrincipalId> {
    bytes.try_into().ok().map(PrincipalId::from_bytes)
}

pub(super) fn text(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        _ => None,
    }
}

pub(super) fn number(value: Value) -> Option<u64> {
    std::str::from_utf8(&text(value)?).ok()?.parse().ok()
}
