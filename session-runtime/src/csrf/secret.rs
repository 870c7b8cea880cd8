//! What the tokens of a session are made of.
//!
//! | where the session lives | its secret |
//! |---|---|
//! | sealed in its cookie | a MAC of the id inside the seal, under a subkey of the keyring |
//! | in a store | a hash of the locator, which is in the cookie alone, and of the session's lineage |
//! | in a record of Node | a hash of its id, which opens the session anyway |
//! | in another cookie of Node | a hash of random bytes among the fields, `__csrf` |
//!
//! All of them begin anew with `regenerate`. With `regenerate_keep` and `reauthenticate` those do that
//! follow the id of the cookie: all but the second.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::CsrfRejection;
use crate::{
    Format, Key, SecureSession,
    handle::State,
    node,
    payload::Unknown,
    registry::Entry,
    stored::{Rotation, Token},
};

/// The field of a cookie of Node.
pub(crate) const FIELD: &str = "__csrf";

/// Drawn for it: 128 bits, as an id.
const DRAWN: usize = 16;

/// As a key, it is cleared, compared in constant time and not shown.
pub(super) type Secret = Key;

/// What a token of the session may be made of, first what a new one is. Empty: nobody has one.
pub(super) fn secrets<T: SecureSession>(state: &State<T>, entry: &Entry) -> Vec<Secret> {
    if entry.stored().is_some() {
        let secret = in_store(state).map(|secret| entry.identity().csrf(&secret));
        return secret.map(Key::from_bytes).into_iter().collect();
    }
    if entry.records().is_some() {
        let id = state.node.as_ref().and_then(|node| node.id());
        let secret = id.map(|id| entry.identity().csrf(id.as_bytes()));
        return secret.map(Key::from_bytes).into_iter().collect();
    }
    if entry.format() == Format::Sealed {
        return state
            .envelope
            .id
            .map_or_else(Vec::new, |id| entry.csrf_secrets(&id));
    }
    let drawn = field(&state.unknown).map(|drawn| entry.identity().csrf(&drawn));
    drawn.map(Key::from_bytes).into_iter().collect()
}

/// Gives the session what a token is made of, so that it outlives the request.
pub(super) fn draw<T: SecureSession>(
    state: &mut State<T>,
    entry: &Arc<Entry>,
) -> Result<(), CsrfRejection> {
    let unsupported = Err(CsrfRejection::Unsupported {
        session: T::DECLARATION.name,
    });
    let random = entry.random();
    if entry.stored().is_some() {
        match &state.origin {
            // A handle that no cookie belongs to.
            Some(origin) if origin.token.is_none() => return unsupported,
            Some(_) => {}
            None if state.token.is_some() => {}
            None => state.token = Some(Token::draw(random)?),
        }
        if state.envelope.id.is_none() {
            state.envelope.id = Some(random.array()?);
        }
    } else if entry.records().is_some() {
        node::id(state, entry)?;
        if let Some(node) = &mut state.node {
            node.is_wanted = true;
        }
    } else if entry.format() == Format::Sealed {
        state.envelope.id = Some(random.array()?);
    } else if entry.rules().preserve_unknown {
        let drawn = URL_SAFE_NO_PAD.encode(random.array::<DRAWN>()?);
        state.unknown.set(FIELD, format!("\"{drawn}\""))?;
    } else {
        return unsupported;
    }
    Ok(())
}

/// The locator and the lineage.
fn in_store<T>(state: &State<T>) -> Option<Vec<u8>> {
    let token = match &state.origin {
        Some(origin) => origin.token.as_ref()?,
        None => state.token.as_ref()?,
    };
    let lineage = match &state.origin {
        Some(origin) if state.rotation != Some(Rotation::Anew) => origin.lineage,
        _ => state.envelope.id?,
    };
    Some([token.locator(), &lineage].concat())
}

fn field(unknown: &Unknown) -> Option<[u8; DRAWN]> {
    let text = unknown.get(FIELD)?.strip_prefix('"')?.strip_suffix('"')?;
    let mut drawn = [0; DRAWN];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut drawn).ok()?;
    (length == DRAWN).then_some(drawn)
}
