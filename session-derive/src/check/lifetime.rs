//! How long a session lives, and what its format can say of that.

use proc_macro2::Span;

use crate::{
    attr::{Given, Limit, container::Format, limit::DAY},
    ctxt::Ctxt,
    model::Session,
};

/// The default of `idle` for a sealed session.
const IDLE: u64 = DAY;

/// The default of `absolute` for a sealed session.
const ABSOLUTE: u64 = 14 * DAY;

/// Browsers cut longer ones down (RFC 6265bis, 5.5).
const LONGEST_MAX_AGE: u64 = 400 * DAY;

pub(crate) fn check(cx: &Ctxt, session: &Session<'_>) {
    match session.format {
        Format::Sealed => idle_fits_absolute(cx, session),
        Format::Fastify => fastify_has_no_creation_time(cx, session),
    }
    max_age_is_kept(cx, session);
    migration_has_a_version(cx, session);
}

/// `idle = "30d"` alone, `absolute = "1h"` alone, or `idle = "none", absolute = "none"`
fn idle_fits_absolute(cx: &Ctxt, session: &Session<'_>) {
    let absolute = session.attr.absolute.as_ref();
    let Some(idle) = &session.attr.idle else {
        if let Some(short) = absolute.filter(|a| a.value.seconds().is_some_and(|a| a < IDLE)) {
            cx.error(
                short.at,
                "`absolute` is shorter than the default `idle` of 1 day: write `idle` too, as in \
                 `idle = \"30m\"`, or `\"none\"`",
            );
        }
        return;
    };
    match (idle.value, absolute.map(|absolute| absolute.value)) {
        (Limit::Never, Some(Limit::Never)) => cx.error(
            idle.at,
            "a session without any limit never ends: give `idle` or `absolute` a time",
        ),
        (Limit::Seconds(idle_for), None) if idle_for > ABSOLUTE => cx.error(
            idle.at,
            "`idle` is longer than the default `absolute` of 14 days: write `absolute` too, \
             as in `absolute = \"90d\"`, or `\"none\"`",
        ),
        (Limit::Seconds(idle_for), Some(Limit::Seconds(most))) if idle_for > most => cx.error(
            idle.at,
            "`idle` is longer than `absolute`, which ends the session first: make it shorter, \
             or write `idle = \"none\"`",
        ),
        _ => {}
    }
}

/// `format = "fastify", absolute = "12h"`
fn fastify_has_no_creation_time(cx: &Ctxt, session: &Session<'_>) {
    fn key<T>(given: Option<&Given<T>>) -> Option<Span> {
        given.map(|given| given.key)
    }
    let attr = &session.attr;
    if let Some(at) = key(attr.absolute.as_ref()) {
        cx.error(
            at,
            "the fastify format carries no creation time, so `absolute` cannot be kept: \
             leave it out, `idle` counts from the last write",
        );
    }
    for (name, at) in [
        ("version", key(attr.version.as_ref())),
        ("migrate", key(attr.migrate.as_ref())),
    ] {
        if let Some(at) = at {
            let message = format!("the fastify format carries no version: leave `{name}` out");
            cx.error(at, message);
        }
    }
}

/// `max_age = "2000d"`
fn max_age_is_kept(cx: &Ctxt, session: &Session<'_>) {
    let Some(max_age) = &session.attr.max_age else {
        return;
    };
    match max_age.value {
        Limit::Never => cx.error(
            max_age.at,
            "a cookie without `max_age` ends with the browser: leave it out, or write a time",
        ),
        Limit::Seconds(seconds) if seconds > LONGEST_MAX_AGE => {
            cx.error(
                max_age.at,
                "browsers keep a cookie for 400 days: `max_age = \"400d\"`",
            );
        }
        Limit::Seconds(_) => {}
    }
}

/// `migrate = from_version_1` without `version = 2`
fn migration_has_a_version(cx: &Ctxt, session: &Session<'_>) {
    let version = session.attr.version.as_ref();
    if let Some(version) = version.filter(|version| version.value == 0) {
        cx.error(
            version.at,
            "versions count from 1, which is the default: `version = 2`",
        );
    }
    if session.format == Format::Fastify {
        return;
    }
    if let Some(migrate) = &session.attr.migrate
        && version.is_none_or(|version| version.value == 1)
    {
        cx.error(
            migrate.key,
            "`migrate` brings older versions to this one: write `version = 2` too",
        );
    }
}
