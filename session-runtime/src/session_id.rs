//! A session's id: to name it, not to open it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{payload::ID_LENGTH, store::SessionKey};

/// Names one session: to list, load and end it, from [`Meta::id`](crate::Meta::id) or
/// [`ListedSession::id`](crate::ListedSession::id).
///
/// It stays through [`regenerate_keep`](crate::Session::regenerate_keep) and timed renewal, which
/// only replace the cookie, and ends with [`regenerate`](crate::Session::regenerate), which starts
/// another session.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     #[session(principal)]
/// #     user_id: Option<u64>,
/// #     device: String,
/// # }
/// # #[derive(SessionRegistry)]
/// # pub struct AppSessions { pub auth: Config<Auth> }
/// use session_runtime::{
///     Config, SecureSession, SessionId, SessionRegistry, Sessions, store::StoreError,
/// };
///
/// /// The button beside one device: `id` is `ListedSession::id().encode()`, from the form.
/// pub async fn end_one(
///     sessions: &Sessions<AppSessions>,
///     user: u64,
///     id: &str,
/// ) -> Result<bool, StoreError> {
///     let Some(id) = SessionId::decode(id) else { return Ok(false) };
///     sessions.of::<Auth>(&user).end(&id).await
/// }
/// # }
/// ```
///
/// # Security
///
/// It is not what the cookie holds: nobody can sign in with it, so it may stand in the form of a
/// page that ends a session. Whoever ends one must be asked whose it is
/// ([`PrincipalSessions::end`](crate::PrincipalSessions::end) does), and logs have no use for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId {
    pub(crate) key: SessionKey,
    /// Drawn by `regenerate`, which keeps the key.
    pub(crate) lineage: [u8; ID_LENGTH],
}

impl SessionId {
    /// As text, 64 characters of base64url: for a form or a job's arguments.
    pub fn encode(&self) -> String {
        let mut bytes = [0; 48];
        let (key, lineage) = bytes.split_at_mut(32);
        key.copy_from_slice(self.key.as_bytes());
        lineage.copy_from_slice(&self.lineage);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The id in `text`; `None` if it holds none. That there is one says nothing of a session.
    pub fn decode(text: &str) -> Option<Self> {
        let mut bytes = [0; 48];
        if text.len() != 64 || URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()? != 48 {
            return None;
        }
        let (key, lineage) = bytes.split_at(32);
        Some(Self {
            key: SessionKey::from_bytes(key.try_into().ok()?),
            lineage: lineage.try_into().ok()?,
        })
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_from_its_text() {
        let id = SessionId {
            key: SessionKey::from_bytes([200; 32]),
            lineage: [9; 16],
        };
        assert_eq!(SessionId::decode(&id.encode()), Some(id));
        for wrong in ["", "AAAA", &"é".repeat(32), &"=".repeat(64)] {
            assert_eq!(SessionId::decode(wrong), None);
        }
    }

    #[test]
    fn d32_an_id_is_not_shown() {
        let id = SessionId {
            key: SessionKey::from_bytes([0; 32]),
            lineage: [0; 16],
        };
        assert_eq!(format!("{id:?}"), "SessionId(…)");
    }
}
