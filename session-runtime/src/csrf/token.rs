//! The token, as a page gets it and a form gives it back.

use std::{fmt, marker::PhantomData};

use axum_core::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use serde::{Serialize, Serializer};

use super::{
    CsrfRejection,
    secret::{Secret, draw, secrets},
};
use crate::{
    Key, Random, SecureSession, Session,
    app_state::AvailableIn,
    extract,
    handle::{OldCookieCame, State},
};

/// Bytes of a secret, and of the mask before it.
const LENGTH: usize = 32;

/// Characters of a token.
const TEXT: usize = (2 * LENGTH * 4).div_ceil(3);

/// A token against forged requests, bound to the session `T` of the request: for the forms of a page,
/// or for its scripts, to give back to the [`CsrfLayer`](super::CsrfLayer).
///
/// Taking it as an argument is asking for one: a visitor without a session gets one, and its cookie.
/// Pages that have no form do without.
///
/// ```
/// # mod example {
/// use axum::response::Html;
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{CsrfToken, SecureSession};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
/// }
///
/// pub async fn form(csrf: CsrfToken<Auth>) -> Html<String> {
///     Html(format!(r#"<form method="post">{}<button>Delete</button></form>"#, csrf.input()))
/// }
/// # }
/// ```
///
/// It takes no field of the struct and no place in a store. In a cookie of Node, which has no id, the
/// session gets the field `__csrf`.
///
/// It displays as 86 characters of base64url, and serializes as such, for templates.
///
/// # How long it is good
///
/// As long as the session: it stays through writes, renewals and rotated keys, so that a form in
/// another tab goes on working. [`regenerate`](Session::regenerate), a sign-in, makes every former one
/// worthless: a page that a handler renders after it takes a new one with [`of`](Self::of). So do
/// [`regenerate_keep`](Session::regenerate_keep) and [`reauthenticate`](Session::reauthenticate) of a
/// session in a sealed cookie or in a record of Node; in a store and in cookies of Node it stays.
///
/// # Security
///
/// Each is masked by random bytes of its own, so that no two responses hold the same text: a page that
/// is compressed and echoes what was asked of it gives nothing away by its length (BREACH). A page with
/// one must come from no shared cache; the session layer marks it `private` unless you say otherwise.
pub struct CsrfToken<T> {
    text: String,
    session: PhantomData<fn() -> T>,
}

impl<T: SecureSession> CsrfToken<T> {
    /// The name of the form field that [`input`](Self::input) writes, and the
    /// [`CsrfLayer`](super::CsrfLayer) reads unless told otherwise.
    pub const FIELD: &'static str = "csrf_token";

    /// A token of `session` as it is now.
    ///
    /// # Errors
    ///
    /// [`CsrfRejection::Unsupported`] where the session can carry none, and
    /// [`CsrfRejection::NoRandomness`].
    pub fn of(session: &Session<T>) -> Result<Self, CsrfRejection> {
        let slot = session.slot();
        let Some(entry) = slot.entry() else {
            // Belongs to no request, and is asked by none.
            return Self::masked(
                &Key::from_bytes(Random::default().array()?),
                &Random::default(),
            );
        };
        let current = |state: &State<T>| secrets(state, entry).into_iter().next();
        let known = {
            let state = slot.lock();
            // Of another library's cookie, the session may be one with each request until its own is
            // sent.
            let is_kept = state.old_cookie != Some(OldCookieCame::Alone);
            current(&state).filter(|_| is_kept)
        };
        let secret = if let Some(secret) = known {
            secret
        } else {
            let state = &mut *slot.write(0);
            // Another handle may have drawn it meanwhile, and given its token away.
            if current(state).is_none() {
                draw(state, entry)?;
            }
            current(state).ok_or(CsrfRejection::Unsupported {
                session: T::DECLARATION.name,
            })?
        };
        Self::masked(&secret, entry.random())
    }

    /// Whether `text` is a token of `session`: for a form that the layer does not read, as one with
    /// files.
    ///
    /// Compared in constant time.
    pub fn verify(session: &Session<T>, text: &str) -> bool {
        let slot = session.slot();
        let (Some(entry), Some(given)) = (slot.entry(), unmasked(text)) else {
            return false;
        };
        let secrets = secrets(&slot.lock(), entry);
        // Each of them, whichever it is.
        secrets.iter().filter(|secret| **secret == given).count() > 0
    }

    fn masked(secret: &Secret, random: &Random) -> Result<Self, CsrfRejection> {
        let mask: [u8; LENGTH] = random.array()?;
        let mut bytes = Vec::with_capacity(2 * LENGTH);
        bytes.extend_from_slice(&mask);
        bytes.extend(
            mask.iter()
                .zip(secret.expose_bytes())
                .map(|(mask, byte)| mask ^ byte),
        );
        Ok(Self {
            text: URL_SAFE_NO_PAD.encode(bytes),
            session: PhantomData,
        })
    }
}

impl<T> CsrfToken<T> {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The field of a form: `<input type="hidden" name="csrf_token" value="…">`.
    pub fn input(&self) -> String {
        let (name, token) = ("csrf_token", &self.text);
        format!(r#"<input type="hidden" name="{name}" value="{token}">"#)
    }
}

/// The secret in a token.
fn unmasked(text: &str) -> Option<Secret> {
    let mut bytes = [0; 2 * LENGTH];
    if text.len() != TEXT || URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()? != bytes.len() {
        return None;
    }
    let (mask, masked) = bytes.split_at(LENGTH);
    let mut secret = [0; LENGTH];
    for (byte, (mask, masked)) in secret.iter_mut().zip(mask.iter().zip(masked)) {
        *byte = mask ^ masked;
    }
    Some(Key::from_bytes(secret))
}

/// One that the session of the request vouches for.
impl<S, T> FromRequestParts<S> for CsrfToken<T>
where
    S: Send + Sync,
    T: SecureSession + AvailableIn<S>,
{
    type Rejection = CsrfRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, CsrfRejection> {
        let session = extract::session::<T>(&parts.extensions, &parts.headers).await?;
        Self::of(&session)
    }
}

impl<T> fmt::Display for CsrfToken<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T> Serialize for CsrfToken<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<T> Clone for CsrfToken<T> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            session: PhantomData,
        }
    }
}

impl<T> fmt::Debug for CsrfToken<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(…)")
    }
}
