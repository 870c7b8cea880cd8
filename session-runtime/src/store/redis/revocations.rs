//! Revocations and epochs: a key each, with the time until which it is remembered inside, so that
//! it is only ever moved to later.

use ::redis::{Cmd, Value, cmd};

use super::{
    RedisStore,
    error::strange,
    names::Name,
    script::{ADVANCE, REVOKE},
};
use crate::store::{PrincipalId, SessionKey, Standing, StoreError};

/// «For ever», as late as the server can expire a key: the year 287,396.
const LATEST: u64 = 1 << 53;

impl RedisStore {
    pub(super) async fn revoke_session(
        &self,
        key: &SessionKey,
        until: u64,
    ) -> Result<(), StoreError> {
        let step = REVOKE.on(self.names.revocation(key)).arg(until.min(LATEST));
        self.link.run("revoke a session", &step).await.map(drop)
    }

    pub(super) async fn begin_epoch(
        &self,
        principal: &PrincipalId,
        at_least: u64,
        until: u64,
    ) -> Result<u64, StoreError> {
        const WHAT: &str = "begin an epoch";
        let step = ADVANCE
            .on(self.names.epoch(principal))
            .arg(at_least)
            .arg(until.min(LATEST));
        epoch(self.link.run(WHAT, &step).await?, WHAT)
    }

    pub(super) async fn look_up(
        &self,
        key: Option<&SessionKey>,
        principal: Option<&PrincipalId>,
    ) -> Result<Standing, StoreError> {
        const WHAT: &str = "look up revocations";
        let revoked = key.map(|key| ask(cmd("EXISTS"), &self.names.revocation(key)));
        let begun = principal.map(|principal| {
            let mut command = ask(cmd("HGET"), &self.names.epoch(principal));
            command.arg("epoch");
            command
        });
        let commands: Vec<_> = revoked.into_iter().chain(begun).collect();
        let mut values = self.link.each(WHAT, &commands).await?.into_iter();
        let mut next = || values.next().ok_or_else(|| strange(WHAT));
        let mut standing = Standing::default();
        if key.is_some() {
            standing.is_revoked = next()? != Value::Int(0);
        }
        if principal.is_some() {
            standing.epoch = match next()? {
                Value::Nil => 0,
                value => epoch(value, WHAT)?,
            };
        }
        Ok(standing)
    }
}

fn ask(mut command: Cmd, name: &Name<'_>) -> Cmd {
    command.arg(name);
    command
}

fn epoch(value: Value, what: &'static str) -> Result<u64, StoreError> {
    let Value::BulkString(text) = value else {
        return Err(strange(what));
    };
    let text = std::str::from_utf8(&text).ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| strange(what))
}
