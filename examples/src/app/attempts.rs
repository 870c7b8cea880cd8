//! How often somebody may try a password: a rate limit by address and by account.

use std::{net::IpAddr, num::NonZeroU32};

use axum::{
    http::header::RETRY_AFTER,
    response::{IntoResponse, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

/// What was tried so far.
pub(crate) struct Attempts {
    /// One account from one address. Not the account alone: whoever knows its e-mail address could
    /// lock its owner out.
    by_account: DefaultKeyedRateLimiter<(IpAddr, String)>,
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

const FOR_AN_ACCOUNT: Quota = Quota::per_minute(NonZeroU32::new(5).unwrap());
const FOR_AN_ADDRESS: Quota = Quota::per_minute(NonZeroU32::new(60).unwrap());
/// Addresses that are remembered before those that may try again are forgotten.
const REMEMBERED: usize = 10_000;

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            by_account: RateLimiter::keyed(FOR_AN_ACCOUNT),
            by_address: RateLimiter::keyed(FOR_AN_ADDRESS),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one attempt.
    ///
    /// # Errors
    ///
    /// How many seconds to wait, if there were too many.
    pub(crate) fn count(&self, from: IpAddr, email: &str) -> Result<(), u64> {
        self.forget();
        let now = self.clock.now();
        let wait = |until: governor::NotUntil<_>| until.wait_time_from(now).as_secs() + 1;
        self.by_address.check_key(&from).map_err(wait)?;
        self.by_account
            .check_key(&(from, email.to_owned()))
            .map_err(wait)
    }

    fn forget(&self) {
        if self.by_account.len() + self.by_address.len() > REMEMBERED {
            self.by_account.retain_recent();
            self.by_address.retain_recent();
        }
    }
}

/// The page that says so, with the header that says it to programs.
pub(crate) fn too_many(seconds: u64, page: Response) -> Response {
    ([(RETRY_AFTER, seconds.to_string())], page).into_response()
}
