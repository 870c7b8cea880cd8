//! The header `Clear-Site-Data` (W3C).

use std::{fmt, ops::BitOr};

use http::HeaderValue;

/// What a browser deletes of this site's when a session ends: the header
/// [Clear-Site-Data](https://www.w3.org/TR/clear-site-data/).
///
/// Without it a page that was read before may come out of the browser's cache when the next person
/// goes back, and what scripts stored stays.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # use session_runtime::{Key, SecureSession};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth { user_id: Option<u64> }
/// use session_runtime::{ClearSiteData, Config};
///
/// # pub fn main() -> Result<(), session_runtime::ConfigError> {
/// let config = Config::<Auth>::new(Key::generate()?)
///     .clear_site_data(ClearSiteData::CACHE | ClearSiteData::STORAGE);
/// # let _ = config;
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
///
/// Browsers heed it over https alone, and on loopback. How much of it each deletes differs, and a large
/// cache takes its time, for which the page waits: it is no promise, and comes on top of `no-store`
/// on the pages that matter.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ClearSiteData(u8);

/// Each with the word of the header, in the order of the specification.
const WORDS: [(ClearSiteData, &str); 3] = [
    (ClearSiteData::CACHE, "\"cache\""),
    (ClearSiteData::COOKIES, "\"cookies\""),
    (ClearSiteData::STORAGE, "\"storage\""),
];

impl ClearSiteData {
    /// Nothing: the header is not sent.
    pub const NOTHING: Self = Self(0);

    /// `"cache"`: what the browser has cached of this origin.
    pub const CACHE: Self = Self(1);

    /// `"cookies"`: every cookie of the registrable domain, those of its other hosts too, and its HTTP
    /// credentials. The other sessions of the application end with it, in this browser, and a cookie
    /// that the same response sets may not survive.
    pub const COOKIES: Self = Self(2);

    /// `"storage"`: what scripts of this origin stored, its databases, and its service workers, which
    /// are unregistered.
    pub const STORAGE: Self = Self(4);

    /// `"*"`: all of these, and whatever the specification will add.
    pub const ALL: Self = Self(8 | Self::CACHE.0 | Self::COOKIES.0 | Self::STORAGE.0);

    pub(crate) const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// The header's value; `None` for nothing.
    pub(crate) fn header(self) -> Option<HeaderValue> {
        if self.is_nothing() {
            return None;
        }
        HeaderValue::try_from(self.to_string()).ok()
    }

    const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for ClearSiteData {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// As in the header; empty for nothing.
impl fmt::Display for ClearSiteData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.contains(Self::ALL) {
            return f.write_str("\"*\"");
        }
        let words = WORDS.iter().filter(|(data, _)| self.contains(*data));
        for (n, (_, word)) in words.enumerate() {
            let separator = if n == 0 { "" } else { ", " };
            write!(f, "{separator}{word}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ClearSiteData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClearSiteData({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o24_values_are_those_of_the_specification() {
        let both = ClearSiteData::STORAGE | ClearSiteData::CACHE;
        for (data, expected) in [
            (ClearSiteData::CACHE, "\"cache\""),
            (ClearSiteData::COOKIES, "\"cookies\""),
            (both, "\"cache\", \"storage\""),
            (
                both | ClearSiteData::COOKIES,
                "\"cache\", \"cookies\", \"storage\"",
            ),
            (both | ClearSiteData::ALL, "\"*\""),
        ] {
            assert_eq!(data.header().unwrap(), expected);
        }
        assert_eq!(ClearSiteData::NOTHING.header(), None);
    }
}
