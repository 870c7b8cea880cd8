//! A payload exactly as this library writes it: no white space, the struct's fields in their order,
//! nothing unknown and nothing twice.
//!
//! Nearly every payload is one, and need not be read with all the care that another takes: a key is
//! compared with the one that is due, not looked up, and nothing is collected on the side. What is
//! found to be anything else, or is refused by the struct, is read anew by the general way
//! (`fields`), whose answer alone counts then. So all that is promised here is: what is read is what
//! the general way reads. The user's struct sees the same calls of its visitors either way.

mod deserializer;
mod text;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use self::text::Text;
use super::{COOKIE, Content, Decoded, Envelope, ID_LENGTH, Reading, Unknown, flat::TIMESTAMP};

/// Characters of an id.
const ID_TEXT: usize = ID_LENGTH.saturating_mul(4).div_ceil(3);

/// A payload of the sealed format. `None`: it is to be read with care.
pub(super) fn enveloped<T: Content>(json: &[u8]) -> Option<Decoded<T>> {
    let mut text = Text::new(json)?;
    text.enter("{")?;
    text.eat(r#""id":""#)?;
    let mut id = [0; ID_LENGTH];
    let length = URL_SAFE_NO_PAD.decode_slice(text.take(ID_TEXT)?, &mut id);
    if length.ok()? != ID_LENGTH {
        return None;
    }
    text.eat(r#"","iat":"#)?;
    let created = text.unsigned()?;
    text.eat(r#","ts":"#)?;
    let touched = text.unsigned()?;
    text.eat(r#","v":"#)?;
    let version = u32::try_from(text.unsigned()?).ok()?;
    let epoch = match text.eat(r#","ep":"#) {
        Some(()) => text.unsigned()?,
        None => 0,
    };
    let authenticated = match text.eat(r#","auth_time":"#) {
        Some(()) => Some(text.unsigned()?),
        None => None,
    };
    let lifetime = match text.eat(r#","max_age":"#) {
        Some(()) => Some(text.unsigned()?.try_into().ok()?),
        None => None,
    };
    text.eat(r#","d":"#)?;
    if !matches!(T::reading(version), Reading::Direct) {
        return None;
    }
    text.enter("{")?;
    let data = deserializer::fields(&mut text)?;
    text.leave("}")?;
    let envelope = Envelope {
        id: Some(id),
        created: Some(created),
        touched: Some(touched),
        authenticated,
        lifetime,
        epoch,
        version: Some(version),
        node: None,
    };
    text.is_read().then(|| Decoded {
        data,
        envelope,
        unknown: Unknown::default(),
    })
}

/// The fields, and nothing beside them. `None`: they are to be read with care.
pub(super) fn bare<T: Content>(json: &[u8]) -> Option<T> {
    let mut text = Text::new(json)?;
    text.enter("{")?;
    let data = deserializer::fields(&mut text)?;
    text.is_read().then_some(data)
}

/// A payload of the fastify format, as a session that is new in either system has it: `__ts` first.
/// The seconds, and the fields. `None`: it is to be read with care.
pub(super) fn flat<T: Content>(json: &[u8]) -> Option<(u64, T)> {
    let mut text = Text::new(json)?;
    text.enter("{")?;
    text.key(TIMESTAMP)?;
    let seconds = text.unsigned()?;
    let data = behind(&mut text)?;
    Some((seconds, data))
}

/// A record with its `cookie` object in front. The object's JSON, and the fields. `None`: it is to
/// be read with care.
pub(super) fn record<T: Content>(json: &[u8]) -> Option<(&str, T)> {
    let mut text = Text::new(json)?;
    text.enter("{")?;
    text.key(COOKIE)?;
    let cookie = text.value()?;
    let data = behind(&mut text)?;
    Some((cookie, data))
}

/// The fields behind a key of the library's own, to the end.
fn behind<T: Content>(text: &mut Text<'_>) -> Option<T> {
    let has_fields = text.eat(",").is_some();
    // Otherwise a comma before the end would be none's.
    if has_fields == (text.peek() == Some(b'}')) {
        return None;
    }
    let data = deserializer::fields(text)?;
    text.is_read().then_some(data)
}

#[cfg(test)]
mod tests;
