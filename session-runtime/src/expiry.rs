//! When a session ends, reckoned from what its seal vouches for.

use std::time::Duration;

use crate::{
    payload::{Envelope, NodeTimestamp},
    reason::Reason,
};

/// How often reading a session renews its cookie, so that the idle limit counts from the last
/// use and not every response carries a cookie.
///
/// The idle window is cut into parts; a read in a later part than the last seal's renews it. With
/// `n` parts, at most `n` cookies go out in a window, and somebody who leaves is signed out
/// between `1 - 1/n` and the whole of the idle limit after his last request that renews: a
/// navigation, unless [`Config::renew_on_any_request`](crate::Config::renew_on_any_request) is set.
///
/// Take a finer one where the idle limit must be exact, [`OFF`](Self::OFF) where a service only reads.
///
/// ```
/// # mod example {
/// use session_runtime::{Config, Rolling, SecureSession};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// /// With an idle limit of 30 minutes: signed out between 29 and 30 minutes after the last page.
/// pub fn exact(config: Config<Auth>) -> Config<Auth> {
///     config.rolling(Rolling::at_most(30))
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rolling {
    parts: u32,
}

impl Rolling {
    /// Reading never renews: the idle limit counts from the last write. What the fastify format
    /// does, as Node does.
    pub const OFF: Self = Self { parts: 0 };

    /// Every response to a request whose handler extracted the session renews it. The default of
    /// sessions that are shared with @fastify/session, as there.
    pub const ALWAYS: Self = Self { parts: u32::MAX };

    /// At most `parts` renewals in one idle window; 0 is [`OFF`](Self::OFF). The sealed format's
    /// default is 10.
    pub const fn at_most(parts: u32) -> Self {
        Self { parts }
    }

    /// Whether a session that was renewed `age` ago and lives for `limit`, in milliseconds, is to
    /// be renewed. `None`: it is not known when, or it has no limit.
    pub(crate) fn is_due(self, times: Option<(u64, u64)>) -> bool {
        match (self, times) {
            (Self::OFF, _) => false,
            (Self::ALWAYS, _) | (_, None) => true,
            (Self { parts }, Some((age, limit))) => age >= (limit / u64::from(parts)).max(1),
        }
    }
}

/// The limits of one session. Times are Unix milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expiry {
    pub(crate) idle: Option<u64>,
    pub(crate) absolute: Option<u64>,
    pub(crate) skew: u64,
    pub(crate) rolling: Rolling,
    pub(crate) accepts_future: bool,
}

impl Expiry {
    /// Without an end.
    pub(crate) const NONE: Self = Self {
        idle: None,
        absolute: None,
        skew: 0,
        rolling: Rolling::OFF,
        accepts_future: true,
    };

    /// Whether the session still lives.
    pub(crate) fn check(&self, envelope: &Envelope, now: u64) -> Result<(), Reason> {
        match &envelope.node {
            // Let through by the policy alone: no number that we could reckon with.
            Some(node) if !matches!(node.timestamp, NodeTimestamp::Seconds(_)) => {
                self.check_as_node(&node.timestamp, now)
            }
            _ => self.check_times(envelope, now),
        }
    }

    fn check_as_node(&self, timestamp: &NodeTimestamp, now: u64) -> Result<(), Reason> {
        #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
        let (idle, now) = (self.idle.map(|ms| ms as f64 / 1000.0), now as f64);
        match idle {
            Some(idle) if timestamp.is_expired_in_node(idle, now) => Err(Reason::Expired),
            _ => Ok(()),
        }
    }

    fn check_times(&self, envelope: &Envelope, now: u64) -> Result<(), Reason> {
        let latest = now.saturating_add(self.skew);
        let is_future = |at: Option<u64>| at.is_some_and(|at| at > latest);
        let times = [envelope.created, envelope.touched, envelope.authenticated];
        if !self.accepts_future && times.into_iter().any(is_future) {
            return Err(Reason::FromFuture);
        }
        match self.end(envelope.created, envelope.touched) {
            Some(end) if end <= now => Err(Reason::Expired),
            _ => Ok(()),
        }
    }

    /// The first moment at which it lives no more.
    pub(crate) fn end(&self, created: Option<u64>, touched: Option<u64>) -> Option<u64> {
        let idle = touched
            .zip(self.idle)
            .map(|(at, limit)| at.saturating_add(limit));
        let absolute = created
            .zip(self.absolute)
            .map(|(at, limit)| at.saturating_add(limit));
        match (idle, absolute) {
            (Some(idle), Some(absolute)) => Some(idle.min(absolute)),
            (one, other) => one.or(other),
        }
    }

    /// Whether a read should renew the cookie.
    pub(crate) fn is_renewal_due(&self, envelope: &Envelope, now: u64) -> bool {
        let (Some(idle), Some(touched)) = (self.idle, envelope.touched) else {
            return false;
        };
        let age = now.saturating_sub(touched);
        self.rolling.is_due(Some((age, idle)))
    }
}

pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXPIRY: Expiry = Expiry {
        idle: Some(1000),
        absolute: Some(5000),
        skew: 60,
        rolling: Rolling::at_most(10),
        accepts_future: false,
    };

    fn at(created: u64, touched: u64) -> Envelope {
        Envelope {
            created: Some(created),
            touched: Some(touched),
            ..Envelope::default()
        }
    }

    #[test]
    fn o01_idle_ends_at_the_exact_millisecond() {
        assert_eq!(EXPIRY.check(&at(10_000, 10_000), 10_999), Ok(()));
        assert_eq!(
            EXPIRY.check(&at(10_000, 10_000), 11_000),
            Err(Reason::Expired)
        );
    }

    #[test]
    fn o02_absolute_ends_whatever_the_activity() {
        assert_eq!(EXPIRY.check(&at(10_000, 14_900), 14_999), Ok(()));
        assert_eq!(
            EXPIRY.check(&at(10_000, 14_900), 15_000),
            Err(Reason::Expired)
        );
    }

    #[test]
    fn d08_times_beyond_the_skew_are_refused() {
        assert_eq!(EXPIRY.check(&at(10_000, 10_060), 10_000), Ok(()));
        assert_eq!(
            EXPIRY.check(&at(10_000, 10_061), 10_000),
            Err(Reason::FromFuture)
        );
        assert_eq!(
            EXPIRY.check(&at(10_061, 10_000), 10_000),
            Err(Reason::FromFuture)
        );
    }

    #[test]
    fn a_renewal_is_due_from_a_tenth_of_the_window_on() {
        assert!(!EXPIRY.is_renewal_due(&at(0, 10_000), 10_099));
        assert!(EXPIRY.is_renewal_due(&at(0, 10_000), 10_100));
        let off = Expiry {
            rolling: Rolling::OFF,
            ..EXPIRY
        };
        assert!(!off.is_renewal_due(&at(0, 10_000), 10_999));
    }

    proptest! {
        /// Sessions that are used, or not, at random: the earlier limit always decides.
        #[test]
        fn o03_the_earlier_limit_wins(gaps in prop::collection::vec(0_u64..1500, 1..30)) {
            let (created, mut touched, mut now) = (10_000, 10_000, 10_000);
            for gap in gaps {
                now += gap;
                let alive = now < touched + 1000 && now < created + 5000;
                let checked = EXPIRY.check(&at(created, touched), now);
                prop_assert_eq!(checked.is_ok(), alive);
                if !alive {
                    break;
                }
                touched = now;
            }
        }

        #[test]
        fn o04_renewals_in_one_window_are_at_most_its_parts(
            parts in 1_u32..20,
            reads in prop::collection::vec(1_u64..200, 1..200),
        ) {
            let expiry = Expiry { absolute: None, rolling: Rolling::at_most(parts), ..EXPIRY };
            let (mut touched, mut now, mut renewals) = (0, 0, 0_u64);
            for gap in reads {
                now += gap;
                if expiry.is_renewal_due(&at(0, touched), now) {
                    touched = now;
                    renewals += 1;
                }
            }
            prop_assert!(renewals <= now / (1000 / u64::from(parts)).max(1));
        }
    }
}
