//! What a person is told: why a session is fresh and what to do, what happened to it, where it lives.

use crate::{
    EventKind, Format, Reason,
    event::{DiscardCause, EndCause, SendCause},
    handle::Renewal,
    registry::{Entry, OpenedBy},
};

/// What a reason means to the developer, and what to look at.
pub(super) const fn explanation(reason: Reason) -> &'static str {
    match reason {
        Reason::Absent => {
            "No cookie of this name came. Either nobody has written to the session yet, or the \
             browser did not keep its cookie: some drop Secure ones over plain http, which \
             `Config::insecure_over_http` is for."
        }
        Reason::Malformed => {
            "The cookie is not of this format's shape: it was cut or re-encoded on its way, or \
             another program uses its name."
        }
        Reason::Oversized => {
            "The cookie is longer than any this library writes: another program uses its name."
        }
        Reason::UnknownVersion => {
            "The cookie is of a version of the format that this one does not know: a newer release \
             of the library has written it."
        }
        Reason::UnknownKey => {
            "No key here sealed it. Usual in development: the key was made at start (`Key::generate`) \
             and the program restarted. Otherwise the key was removed, or the application's, the \
             session's or the cookie's name has changed."
        }
        Reason::Tampered => {
            "The seal does not hold: the cookie was altered, or, in a format that names no key, \
             sealed with a key that is not here."
        }
        Reason::NotFound => {
            "The store does not know it: it was ended, or it expired and was removed. Usual in \
             development: the store is in memory and the program restarted."
        }
        Reason::FromFuture => {
            "Its time lies ahead of this machine's clock by more than `Config::clock_skew` allows."
        }
        Reason::Corrupt => "What the store holds is no record of this session, or not all of it.",
        Reason::SchemaMismatch => {
            "The data do not fit the struct: a field has another type than before, or what \
             `Config::validate` asks is answered with no. Raise `version` and give a `migrate`."
        }
        Reason::Superseded => {
            "Another request of this browser replaced the cookie a moment ago. Look again."
        }
        Reason::Revoked => "It was ended, by itself or with all of its principal's.",
        Reason::Expired => "Its idle or absolute limit has passed.",
    }
}

/// One line for an event.
pub(super) fn event(kind: &EventKind) -> String {
    match kind {
        EventKind::Opened => "opened".to_owned(),
        EventKind::Fresh(reason) => format!("fresh: {reason}"),
        EventKind::Conflict { cookies, valid } => {
            format!("{cookies} cookies of its name came, {valid} of them valid")
        }
        EventKind::Sent { cause, size } => {
            format!("cookie sent, {size} bytes: {}", sent_because(*cause))
        }
        EventKind::Removed => "cookie removed".to_owned(),
        EventKind::Discarded(cause) => format!("changes discarded: {}", discarded_because(*cause)),
        EventKind::WriteLost => "changed too late: the change is lost".to_owned(),
        EventKind::Saved => "record saved".to_owned(),
        EventKind::Merged { overwritten } => {
            format!("merged with another request's changes, {overwritten} fields overwritten")
        }
        EventKind::Ended(cause) => format!("ended: {}", ended_because(*cause)),
        EventKind::StoreFailed(kind) => format!("the store failed: {kind:?}").to_lowercase(),
        EventKind::LimitReached => "sign-in refused: too many sessions".to_owned(),
        EventKind::Failed(error) => format!("cookie not sent: {error}"),
        EventKind::SecureOverHttp => {
            "a Secure cookie was sent over plain http: the browser drops it".to_owned()
        }
        EventKind::KeyringSwapped => "keys swapped".to_owned(),
        EventKind::OldCookieStayed => "a cookie that was taken over came again".to_owned(),
    }
}

const fn sent_because(cause: SendCause) -> &'static str {
    match cause {
        SendCause::Changed => "a handler changed it",
        SendCause::Rolling => "its idle limit starts anew",
        SendCause::KeyRotated => "an older key had sealed it",
        SendCause::IdRenewed => "its id was due to be renewed",
        SendCause::Fresh => "it is new, and kept",
        SendCause::Migrated => "it was another library's cookie",
    }
}

const fn discarded_because(cause: DiscardCause) -> &'static str {
    match cause {
        DiscardCause::Panic => "a handler panicked",
        DiscardCause::Timeout => "the response is a timeout",
        DiscardCause::ServerError => "the response is a server error",
    }
}

const fn ended_because(cause: EndCause) -> &'static str {
    match cause {
        EndCause::Deleted => "deleted by a handler",
        EndCause::Replaced => "replaced by `regenerate`",
        EndCause::Limit => "its principal signed in once too often",
        EndCause::Revoked => "ended from outside",
    }
}

/// Why the next page sends the cookie anew.
pub(super) const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::KeyRotated => sent_because(SendCause::KeyRotated),
        Renewal::Rolling => sent_because(SendCause::Rolling),
        Renewal::Id => sent_because(SendCause::IdRenewed),
        Renewal::Fresh => sent_because(SendCause::Fresh),
        Renewal::Migrated => sent_because(SendCause::Migrated),
    }
}

/// Which key it was, by its place and not by its bytes.
pub(super) fn key(opened_by: OpenedBy) -> String {
    match opened_by {
        OpenedBy::Current => "the current one".to_owned(),
        OpenedBy::OlderSecret => "signed with an older secret".to_owned(),
        OpenedBy::AlsoOpen(place) => format!("an older one, number {place} of `also_open`"),
    }
}

/// The format, as the attribute or the documentation calls it.
pub(super) const fn format(entry: &Entry) -> &'static str {
    match entry.format() {
        Format::Sealed if entry.stored().is_some() => "token and record",
        Format::Sealed => "sealed",
        Format::Fastify => "@fastify/secure-session",
        Format::HattipSigned => "@hattip/session, signed",
        Format::HattipEncrypted => "@hattip/session, encrypted",
        Format::InsecureUnsigned => "@hattip/session, neither signed nor encrypted",
        Format::FastifySession => "@fastify/session",
        Format::HattipRecord => "@hattip/session, record",
    }
}

/// Where its fields are.
pub(super) fn home(entry: &Entry) -> String {
    if entry.stored().is_some() {
        return entry.store_type.unwrap_or("a store").to_owned();
    }
    if entry.records().is_some() {
        return "records shared with Node".to_owned();
    }
    if entry.revocation().is_some() {
        return "its cookie, with a list of revocations".to_owned();
    }
    "its cookie".to_owned()
}
