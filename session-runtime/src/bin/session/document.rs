//! What was found out about one cookie, as JSON for programs.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use serde_json::value::RawValue;
use session_runtime::inspect::Inspected;

use crate::{
    failure::Failure,
    inspect::name_of,
    json,
    report::{MAX_COOKIE, Report, object},
    time::Utc,
};

impl Report<'_> {
    /// One line.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        let inspected = self.inspected();
        let refusal = self.refusal();
        let time = |at: Option<SystemTime>| at.and_then(|at| Utc(at).to_iso());
        let fields: Option<Vec<_>> = inspected
            .filter(|inspected| inspected.is_payload())
            .map(|inspected| inspected.fields().collect());
        let end = inspected.and_then(|inspected| {
            let ends = [inspected.idle_end(), inspected.absolute_end()];
            let earliest = ends.into_iter().flatten().min()?;
            Some((milliseconds(earliest) - milliseconds(inspected.now())).div_euclid(1000))
        });
        let shown = fields.as_ref().filter(|_| self.shows_fields);
        let document = Document {
            valid: refusal.is_none(),
            reason: refusal.as_ref().map(|(reason, _)| *reason),
            why: refusal.as_ref().map(|(_, explanation)| &*explanation.what),
            check: refusal
                .as_ref()
                .map(|(_, explanation)| &explanation.check[..]),
            format: name_of(self.kind.format),
            cookie_name: &self.kind.cookie_name,
            key: inspected.and_then(|inspected| self.keys.get(inspected.key())),
            key_is_current: inspected.map(|inspected| inspected.key() == 0),
            has_id: inspected.map(Inspected::has_id),
            version: inspected.and_then(Inspected::version),
            created: time(inspected.and_then(Inspected::created)),
            signed_in: time(inspected.and_then(Inspected::authenticated_at)),
            cookie_lifetime_seconds: inspected
                .and_then(Inspected::cookie_lifetime)
                .map(|lifetime| lifetime.as_secs()),
            last_used: time(inspected.and_then(Inspected::touched)),
            idle_end: time(inspected.and_then(Inspected::idle_end)),
            absolute_end: time(inspected.and_then(Inspected::absolute_end)),
            seconds_left: end,
            size: self.size(),
            size_limit: MAX_COOKIE,
            field_sizes: fields
                .iter()
                .flatten()
                .map(|(name, json)| (*name, json.len()))
                .collect(),
            fields: shown
                .map(|fields| RawValue::from_string(json::compact(&object(fields))))
                .transpose()
                .map_err(Failure::new)?,
        };
        let line = serde_json::to_string(&document).map_err(Failure::new)?;
        Ok(json::shown(&line) + "\n")
    }
}

fn milliseconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[derive(Serialize)]
struct Document<'a> {
    valid: bool,
    reason: Option<&'a str>,
    why: Option<&'a str>,
    check: Option<&'a [String]>,
    format: &'a str,
    cookie_name: &'a str,
    key: Option<&'a String>,
    key_is_current: Option<bool>,
    has_id: Option<bool>,
    version: Option<u32>,
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie_lifetime_seconds: Option<u64>,
    last_used: Option<String>,
    idle_end: Option<String>,
    absolute_end: Option<String>,
    seconds_left: Option<i64>,
    size: usize,
    size_limit: usize,
    field_sizes: BTreeMap<&'a str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Box<RawValue>>,
}
