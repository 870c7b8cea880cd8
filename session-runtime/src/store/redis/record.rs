//! Records: one string each, `load` one command, and what changes one a script.

use ::redis::{Cmd, RedisWrite, ToRedisArgs, Value};

use super::{
    RedisStore, error,
    finish::Finish,
    head,
    index::token,
    script::{CREATE, Code, DELETE, SAVE, Step, TOUCH, first},
};
use crate::store::{Created, PrincipalId, Record, Revision, Saved, SessionKey, StoreError};

/// The longest that anything is kept, in milliseconds: 35,000 years. What is longer comes of a
/// time that means «never», and would be too much for the server.
pub(super) const LONGEST: u64 = 1 << 50;

/// How long a record is kept. The server counts it by its own clock, so that it matters to no
/// session whether that clock agrees with the library's.
pub(super) fn ttl(touched: u64, expires: u64) -> u64 {
    expires.saturating_sub(touched).clamp(1, LONGEST)
}

// What is rarely done is boxed where it is done: it would make the futures of all calls larger.
impl RedisStore {
    pub(super) async fn create_record(
        &self,
        key: &SessionKey,
        record: &Record,
    ) -> Result<Created, StoreError> {
        let finish = record.principal().map(|_| Finish::unless_done(self, key));
        let done = self.create_and_register(key, record).await;
        if let Some(finish) = finish {
            finish.done();
        }
        done
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
            Box::pin(self.mark(key, principal, token, life)).await?;
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
        let finish = record.principal().map(|_| Finish::unless_done(self, key));
        let done = self.save_and_register(key, expected, record).await;
        if let Some(finish) = finish {
            finish.done();
        }
        done
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
                Box::pin(self.register(key, principal, record_life(record))).await?;
            }
            (Code::Left, principal) => {
                if let Some(principal) = principal {
                    Box::pin(self.register(key, principal, record_life(record))).await?;
                }
                Box::pin(self.leave(key, answer)).await?;
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
        let finish = Finish::unless_done(self, key);
        let done = self.touch_and_register(key, touched, expires).await;
        finish.done();
        done
    }

    async fn touch_and_register(
        &self,
        key: &SessionKey,
        touched: u64,
        expires: u64,
    ) -> Result<bool, StoreError> {
        const WHAT: &str = "touch a record";
        let step = TOUCH
            .on(self.names.record(key))
            .arg(head::time(touched))
            .arg(head::time(expires))
            .arg(ttl(touched, expires));
        let answer = self.link.ask(WHAT, &step).await?;
        match answer.code {
            Code::Done => Ok(true),
            Code::Gone => Ok(false),
            Code::Behind => {
                let principal = answer.texts().next().and_then(|it| it.try_into().ok());
                if let Some(principal) = principal.map(PrincipalId::from_bytes) {
                    Box::pin(self.register(key, &principal, (touched, expires))).await?;
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
        let step = DELETE.on(self.names.record(key));
        let step = match expected {
            Some(revision) => step.arg(head::revision(revision)),
            None => step.arg(""),
        };
        let answer = self.link.ask(WHAT, &step).await?;
        if answer.code == Code::Left {
            Box::pin(self.leave(key, answer)).await?;
            return Ok(Saved::Done);
        }
        saved(answer.code, WHAT)
    }

    pub(super) fn creation(&self, key: &SessionKey, record: &Record) -> Step {
        let step = CREATE.on_with_room(self.names.record(key), record.data().len());
        write(step, record)
    }

    pub(super) fn saving(&self, key: &SessionKey, expected: Revision, record: &Record) -> Step {
        let expected = head::expected(expected, record);
        let step = SAVE.on_with_room(self.names.record(key), record.data().len());
        write(step.arg(expected.as_slice()), record)
    }

    pub(super) fn reading(&self, key: &SessionKey) -> Cmd {
        let name = self.names.record(key);
        // It grows while it is filled otherwise, which costs more than all the rest of it.
        let mut command = Cmd::with_capacity(2, 16 + name.length());
        command.arg("GET").arg(name);
        command
    }
}

/// When it was last used, and when it ends.
pub(super) const fn record_life(record: &Record) -> (u64, u64) {
    (record.touched(), record.expires())
}

/// The argument that a record is kept as.
struct Text<'a>(&'a Record);

impl ToRedisArgs for Text<'_> {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        head::write(self.0, &mut out.writer_for_next_arg());
    }
}

fn write(step: Step, record: &Record) -> Step {
    step.arg(Text(record))
        .arg(ttl(record.touched(), record.expires()))
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
    match value {
        Value::Nil => Ok(None),
        Value::BulkString(text) => head::decode(text)
            .map(Some)
            .ok_or_else(|| error::corrupt(what)),
        _ => Err(error::strange(what)),
    }
}
