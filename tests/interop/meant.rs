//! The Set-Cookie headers that are meant to be sent here where Node sends others.

use session_runtime::{Deviation, MAX_LIFETIME};

use crate::{attributes::Attributes, handler::Operation, options::Options};

/// The most bytes of name and value that a browser keeps.
const MAX_COOKIE: usize = 4096;

/// Rewrites Node's headers by the deviations that hold, and notes those that did something.
pub(crate) struct Meant<'a> {
    sessions: &'a [Options],
    operations: &'a [Operation],
    now_ms: u64,
    strict: bool,
    deviations: Vec<Deviation>,
}

impl<'a> Meant<'a> {
    pub(crate) const fn new(
        sessions: &'a [Options],
        operations: &'a [Operation],
        now_ms: u64,
        strict: bool,
    ) -> Self {
        Self {
            sessions,
            operations,
            now_ms,
            strict,
            deviations: Vec::new(),
        }
    }

    /// What Node's `lines` become. Those of cookies that are not sent are missing.
    pub(crate) fn lines(&mut self, lines: &[String]) -> Vec<String> {
        lines.iter().filter_map(|line| self.line(line)).collect()
    }

    /// Whether a cookie could not be made, so that the answer is 500.
    pub(crate) fn fails(&self) -> bool {
        self.deviations.contains(&Deviation::OversizedCookie) || self.options_break_rules()
    }

    pub(crate) fn into_deviations(mut self) -> Vec<Deviation> {
        self.deviations.sort_by_key(|deviation| deviation.name());
        self.deviations.dedup();
        self.deviations
    }

    /// Without what depends on a time that differs: the value where `__ts` was set, and the date
    /// of a cookie that lives longer than browsers allow.
    pub(crate) fn masked(&self, line: &str) -> String {
        let (pair, attributes) = line.split_once("; ").unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let hides_value = self.sets_timestamp(name) && !value.is_empty();
        let value = if hides_value {
            "(of another time)"
        } else {
            value
        };
        let mut parts: Vec<_> = attributes.split("; ").collect();
        if self
            .given(name)
            .is_some_and(|given| self.lives_too_long(&given))
        {
            parts.retain(|part| !part.starts_with("Expires=") || *part == EPOCH);
        }
        format!("{name}={value}; {}", parts.join("; "))
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let (pair, attributes) = line.split_once("; ").unwrap_or((line, ""));
        let (name, mut value) = pair.split_once('=')?;
        let given = self.given(name).unwrap_or_default();
        if pair.len() > MAX_COOKIE && self.holds(Deviation::OversizedCookie) {
            return None;
        }
        if self.options_break_rules() && self.holds(Deviation::CookieRules) {
            return None;
        }
        let mut parts: Vec<_> = attributes.split("; ").map(str::to_owned).collect();
        let removes = parts.iter().any(|part| part == EPOCH);
        if removes && value.starts_with('.') && self.holds(Deviation::SignedRemoval) {
            value = "";
        }
        if !removes && self.sets_timestamp(name) {
            self.holds(Deviation::TimestampSet);
        }
        if self.lives_too_long(&given) && !removes {
            self.holds(Deviation::CookieRules);
        }
        self.complete(&mut parts, &given);
        Some(self.masked(&format!("{name}={value}; {}", parts.join("; "))))
    }

    /// Adds what is always sent here, and shortens what lives too long.
    fn complete(&mut self, parts: &mut Vec<String>, given: &Attributes) {
        parts.retain(|part| !part.is_empty());
        for part in parts.iter_mut() {
            let seconds = part
                .strip_prefix("Max-Age=")
                .and_then(|text| text.parse::<u64>().ok());
            let longest = MAX_LIFETIME.as_secs();
            if seconds.is_some_and(|seconds| seconds > longest)
                && self.holds(Deviation::CookieRules)
            {
                *part = format!("Max-Age={longest}");
            }
        }
        let has_same_site = parts.iter().any(|part| part.starts_with("SameSite="));
        if !has_same_site && self.holds(Deviation::SameSiteStated) {
            parts.push("SameSite=Lax".to_owned());
        }
        if given.path.is_none() && self.holds(Deviation::PathAndSecure) {
            parts.insert(count(parts, &["Max-Age", "Domain"]), "Path=/".to_owned());
        }
        if given.secure.is_none() && self.holds(Deviation::PathAndSecure) {
            let before = ["Max-Age", "Domain", "Path", "Expires", "HttpOnly"];
            parts.insert(count(parts, &before), "Secure".to_owned());
        }
    }

    /// Notes a deviation, if it holds in this mode.
    fn holds(&mut self, deviation: Deviation) -> bool {
        let holds = self.strict || !deviation.switchable();
        if holds {
            self.deviations.push(deviation);
        }
        holds
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.sessions
            .iter()
            .position(|session| session.cookie_name == name)
    }

    /// The attributes of the configuration, and those of the response's options.
    fn given(&self, name: &str) -> Option<Attributes> {
        let place = self.place(name)?;
        let operations = self
            .operations
            .iter()
            .filter(|operation| operation.session() == place);
        let options = operations
            .filter_map(Operation::attributes)
            .next_back()
            .cloned();
        Some(
            self.sessions
                .get(place)?
                .attributes
                .clone()
                .with(options.unwrap_or_default()),
        )
    }

    fn sets_timestamp(&self, name: &str) -> bool {
        let place = self.place(name);
        let mut operations = self.operations.iter();
        operations.any(|operation| place == Some(operation.session()) && operation.sets_timestamp())
    }

    fn options_break_rules(&self) -> bool {
        self.sessions.iter().any(|session| {
            let given = self.given(&session.cookie_name).unwrap_or_default();
            !session.breaks_cookie_rules() && given.break_rules(&session.cookie_name, self.strict)
        })
    }

    fn lives_too_long(&self, given: &Attributes) -> bool {
        let latest = MAX_LIFETIME.as_secs() + self.now_ms / 1000;
        given
            .expires
            .is_some_and(|expires| expires.as_secs() > latest)
    }
}

/// The date in the header that removes a cookie.
const EPOCH: &str = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";

/// How many of the first `parts` are these.
fn count(parts: &[String], names: &[&str]) -> usize {
    let is_one = |part: &&String| names.iter().any(|name| part.starts_with(name));
    parts.iter().take_while(is_one).count()
}
