//! What goes to the server, and what comes back.

use std::{error::Error, fmt};

use bytes::BytesMut;
use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use super::error;
use crate::store::{PrincipalId, Record, Revision, SessionKey, StoreError};

/// Bytes that are sent and not shown: the client writes the values of a statement to `log`, at the
/// level `debug`, as they show themselves.
pub(super) struct Hidden<'a>(pub(super) &'a [u8]);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Hidden<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <&[u8] as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

pub(super) const fn key(key: &SessionKey) -> Hidden<'_> {
    Hidden(key.as_bytes())
}

pub(super) const fn principal(principal: &PrincipalId) -> Hidden<'_> {
    Hidden(principal.as_bytes())
}

pub(super) fn owner(record: &Record) -> Option<Hidden<'_>> {
    record.principal().map(principal)
}

/// What the server has no room for is as good as for ever: the year 292 million.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The record of a row that begins with `revision, data, principal, touched, expires`.
pub(super) fn record(row: &Row) -> Result<Record, StoreError> {
    let principal: Option<&[u8]> = column(row, 2)?;
    Ok(Record::new(
        Revision::from_i64(column(row, 0)?),
        column::<&[u8]>(row, 1)?.to_vec(),
        principal
            .map(hash)
            .transpose()?
            .map(PrincipalId::from_bytes),
        unsigned(column(row, 3)?)?,
        unsigned(column(row, 4)?)?,
    ))
}

pub(super) fn session_key(bytes: &[u8]) -> Result<SessionKey, StoreError> {
    hash(bytes).map(SessionKey::from_bytes)
}

pub(super) fn column<'a, V: FromSql<'a>>(row: &'a Row, index: usize) -> Result<V, StoreError> {
    row.try_get(index).map_err(|_| error::corrupt())
}

pub(super) fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| error::corrupt())
}

fn hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| error::corrupt())
}
