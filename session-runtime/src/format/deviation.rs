//! Where reading and writing a cookie shared with Node differs from @fastify/secure-session: one
//! table, and the switches that go with it.

use std::fmt;

/// One row: what the documentation, the messages and the tests say about a deviation.
struct Row {
    name: &'static str,
    node: &'static str,
    here: &'static str,
    why: &'static str,
    switchable: bool,
}

macro_rules! deviations {
    ($($variant:ident($name:literal, $switch:ident) {
        node: $node:literal,
        here: $here:literal,
        why: $why:literal,
    })*) => {
        /// A deliberate difference from @fastify/secure-session.
        ///
        /// The bytes of a cookie are the same on both sides. What follows from them is not always:
        /// where Node's answer is unsafe or loses data, the answer here is another. Every
        /// difference is one of these. None refuses a cookie that a current Node wrote, and all
        /// but those that are marked can be switched to Node's way with a [`FastifyPolicy`].
        ///
        /// ```
        /// use session_runtime::Deviation;
        ///
        /// for deviation in Deviation::ALL {
        ///     println!("{deviation}: Node {}; here {}.", deviation.node(), deviation.here());
        /// }
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Deviation {
            $(
                #[doc = concat!("Node ", $node, "; here ", $here, ".")]
                #[doc = ""]
                #[doc = concat!("Because ", $why, ".")]
                #[doc = deviations!(@note $switch)]
                $variant,
            )*
        }

        impl Deviation {
            /// Every deviation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        name: $name,
                        node: $node,
                        here: $here,
                        why: $why,
                        switchable: deviations!(@is $switch),
                    },)*
                }
            }
        }
    };
    (@note switch) => { "" };
    (@note fixed) => { "\nThere is no switch for it." };
    (@is switch) => { true };
    (@is fixed) => { false };
}

deviations! {
    MissingTimestamp("missing_timestamp", switch) {
        node: "never expires a session without `__ts`",
        here: "it is refused",
        why: "it would stay valid for whoever holds a copy; releases before 7.3.0 wrote such cookies",
    }
    TimestampNotInteger("timestamp_not_integer", switch) {
        node: "does arithmetic with whatever `__ts` holds, so that a text lasts practically for ever",
        here: "anything but a whole number of seconds, not negative, is refused",
        why: "a limit that cannot be computed is no limit",
    }
    DuplicateTimestamp("duplicate_timestamp", switch) {
        node: "goes by the last of several `__ts`",
        here: "such a session is refused",
        why: "two readers that go by different ones disagree about its expiry",
    }
    FutureTimestamp("future_timestamp", switch) {
        node: "accepts a time that lies ahead, however far",
        here: "one further ahead than the allowed clock skew is refused",
        why: "such a session outlives its limit by as much",
    }
    FirstCookieOnly("first_cookie_only", switch) {
        node: "reads the first of several cookies of a name, valid or not",
        here: "each is tried, and the valid one that was written last counts",
        why: "a neighbouring host can plant a cookie in front, and log people out with it",
    }
    UnsignedAccepted("unsigned_accepted", switch) {
        node: "takes an unsigned cookie even with `signed: true`",
        here: "it is refused once signing is on",
        why: "who asks for signatures expects them to be demanded",
    }
    SigningKeyRotation("signing_key_rotation", switch) {
        node: "verifies with the secret of the first key alone",
        here: "the secret of every key verifies, and an older one has the session sent again",
        why: "putting a new key in front would lose every signed session",
    }
    SignedRemoval("signed_removal", switch) {
        node: "signs the empty value of a cookie that it removes",
        here: "the value is empty",
        why: "nothing reads it, and the signature of nothing is better not given away",
    }
    NonObjectPlaintext("non_object_plaintext", fixed) {
        node: "answers 500 to every request while a cookie holds sealed text that is no JSON object",
        here: "the session is a fresh one",
        why: "one bad cookie must not lock its owner out",
    }
    InvalidKeys("invalid_keys", fixed) {
        node: "starts if one key of a list is good, and answers 500 where a bad one is needed",
        here: "a key that is no key, comes twice, or has 32 equal bytes is refused at start-up",
        why: "a wrong key is a mistake that should not wait for a visitor to be found",
    }
    OversizedCookie("oversized_cookie", switch) {
        node: "sends a cookie of more than 4096 bytes, which browsers drop",
        here: "the answer is 500, and the cookie that the client has stays",
        why: "a session that is lost in silence is found by its user",
    }
    SharedKey("shared_key", switch) {
        node: "lets several sessions have one key",
        here: "it is refused at start-up",
        why: "the format is not bound to a cookie, so that a value of one opens as the other",
    }
    PathAndSecure("path_and_secure", switch) {
        node: "sends neither `Path` nor `Secure` unless told to",
        here: "`Path=/` and `Secure` are sent unless told otherwise",
        why: "without a path each directory gets a cookie of its own, and without `Secure` it \
              travels in the clear",
    }
    ResealOnNavigation("reseal_on_navigation", switch) {
        node: "sends a session of an older key again with the answer to any request",
        here: "only with the answer to a navigation",
        why: "of answers in flight together the last one wins, and could undo a change",
    }
    ExpiredAtOnce("expired_at_once", switch) {
        node: "starts with a negative `expiry`, after which it takes every session for expired",
        here: "a limit of zero is refused at start-up",
        why: "sessions that nobody can use are a mistake",
    }
    TimestampSet("timestamp_set", fixed) {
        node: "lets a handler set `__ts` like any field",
        here: "it is the time of the last write, and a field of that name does not compile",
        why: "whoever sets it decides when the session ends",
    }
    SharedCookie("shared_cookie", fixed) {
        node: "lets several sessions have one cookie",
        here: "it is refused at start-up",
        why: "each answer of the one ends the other",
    }
    CookieRules("cookie_rules", fixed) {
        node: "sends attributes that make a browser drop the cookie or change them, such as \
               `SameSite=None` without `Secure`, a path without `/`, or a life of two years",
        here: "they are refused at start-up, and in the options of a response",
        why: "a cookie that is dropped is found by its user",
    }
    SameSiteStated("same_site_stated", fixed) {
        node: "sends no `SameSite` if told so",
        here: "it is always sent",
        why: "browsers differ in what they take for granted",
    }
    WriteAfterDelete("write_after_delete", switch) {
        node: "drops a write that follows `delete()` without a word",
        here: "it is reported as a write that cannot be delivered",
        why: "a lost write is a mistake in the program",
    }
}

impl Deviation {
    /// The name in logs and messages, in snake case.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What Node does, as the end of a sentence that begins with «Node».
    pub const fn node(self) -> &'static str {
        self.row().node
    }

    /// What this library does unless told otherwise.
    pub const fn here(self) -> &'static str {
        self.row().here
    }

    /// Why, as the end of a sentence that begins with «because».
    pub const fn why(self) -> &'static str {
        self.row().why
    }

    /// Whether [`FastifyPolicy`] has a switch for it. Those without one have nothing to be said for
    /// Node's way.
    pub const fn switchable(self) -> bool {
        self.row().switchable
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which deviations are given up, for a session in the fastify format.
///
/// Start with [`STRICT`](Self::STRICT), the default, and give up one deviation where cookies in
/// circulation need it. [`AS_NODE`](Self::AS_NODE) gives up all that have a switch, for a fleet in
/// which it must not matter who answers.
///
/// ```
/// use session_runtime::{Deviation, FastifyPolicy};
///
/// // Until the last cookie of an old release has gone.
/// let policy = FastifyPolicy::STRICT.as_node_in(Deviation::MissingTimestamp);
/// assert!(policy.follows_node(Deviation::MissingTimestamp));
/// assert!(!policy.follows_node(Deviation::FutureTimestamp));
///
/// assert!(FastifyPolicy::AS_NODE.follows_node(Deviation::FutureTimestamp));
/// assert!(!FastifyPolicy::AS_NODE.follows_node(Deviation::NonObjectPlaintext));
/// ```
///
/// # Security
///
/// Each deviation that is given up brings a weakness back; [`Deviation::why`] says which.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FastifyPolicy {
    /// A bit for each deviation in which Node is followed.
    as_node: u32,
}

impl FastifyPolicy {
    /// Follows Node in nothing. The default.
    pub const STRICT: Self = Self { as_node: 0 };

    /// Follows Node wherever there is a switch.
    pub const AS_NODE: Self = {
        let (mut policy, mut rest) = (Self::STRICT, Deviation::ALL);
        while let [deviation, tail @ ..] = rest {
            policy = policy.as_node_in(*deviation);
            rest = tail;
        }
        policy
    };

    /// The same policy, and Node's way in this. Without effect where there is no switch.
    #[must_use = "the policy is returned, not changed in place"]
    pub const fn as_node_in(self, deviation: Deviation) -> Self {
        if !deviation.switchable() {
            return self;
        }
        Self {
            as_node: self.as_node | deviation.bit(),
        }
    }

    /// Whether Node's way is followed in this.
    pub const fn follows_node(self, deviation: Deviation) -> bool {
        self.as_node & deviation.bit() != 0
    }
}

impl Default for FastifyPolicy {
    fn default() -> Self {
        Self::STRICT
    }
}

impl fmt::Debug for FastifyPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let followed = Deviation::ALL
            .iter()
            .filter(|deviation| self.follows_node(**deviation));
        f.write_str("FastifyPolicy ")?;
        f.debug_set()
            .entries(followed.map(|deviation| deviation.name()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_default_follows_node_in_nothing() {
        for deviation in Deviation::ALL {
            assert!(
                !FastifyPolicy::default().follows_node(*deviation),
                "{deviation}"
            );
        }
    }

    #[test]
    fn as_node_follows_in_all_but_what_has_no_switch() {
        let fixed = [
            Deviation::NonObjectPlaintext,
            Deviation::InvalidKeys,
            Deviation::TimestampSet,
            Deviation::SharedCookie,
            Deviation::CookieRules,
            Deviation::SameSiteStated,
        ];
        for deviation in Deviation::ALL {
            let follows = FastifyPolicy::AS_NODE.follows_node(*deviation);
            assert_eq!(follows, !fixed.contains(deviation), "{deviation}");
            assert_eq!(follows, deviation.switchable(), "{deviation}");
        }
    }

    #[test]
    fn a_switch_moves_itself_alone() {
        for one in Deviation::ALL
            .iter()
            .filter(|deviation| deviation.switchable())
        {
            let policy = FastifyPolicy::STRICT.as_node_in(*one);
            let followed = Deviation::ALL
                .iter()
                .filter(|other| policy.follows_node(**other));
            assert_eq!(followed.collect::<Vec<_>>(), [one]);
        }
    }

    #[test]
    fn what_has_no_switch_stays_as_it_is() {
        let policy = FastifyPolicy::STRICT.as_node_in(Deviation::InvalidKeys);
        assert_eq!(policy, FastifyPolicy::STRICT);
    }

    #[test]
    fn every_row_is_complete_and_named_once() {
        let names: HashSet<_> = Deviation::ALL
            .iter()
            .map(|deviation| deviation.name())
            .collect();
        assert_eq!(names.len(), Deviation::ALL.len());
        for deviation in Deviation::ALL {
            for text in [deviation.node(), deviation.here(), deviation.why()] {
                assert!(
                    !text.is_empty() && !text.ends_with('.'),
                    "{deviation}: {text}"
                );
            }
        }
    }

    #[test]
    fn a_policy_shows_the_deviations_given_up() {
        let policy = FastifyPolicy::STRICT.as_node_in(Deviation::FutureTimestamp);
        assert_eq!(
            format!("{policy:?}"),
            "FastifyPolicy {\"future_timestamp\"}"
        );
    }
}
