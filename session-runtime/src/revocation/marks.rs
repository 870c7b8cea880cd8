//! What a cookie carries for the list: an id and an epoch.
//!
//! The sealed format has a place for both. In the fastify format they stand among the fields, as
//! `__id` and `__ep`: to Node, which keeps them, fields like any.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    declaration::Format,
    error::SealError,
    payload::{Envelope, ID_LENGTH, Unknown},
    random::Random,
};

const ID: &str = "__id";
const EPOCH: &str = "__ep";

/// Milliseconds by which Node's `__ts`, a rounded number of seconds, may be ahead of its time.
const ROUNDED_UP: u64 = 500;

/// The id and the epoch of one cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// `None`: Node alone has written it.
    pub(crate) id: Option<[u8; ID_LENGTH]>,
    pub(crate) epoch: u64,
}

impl Marks {
    /// Whether a field of this name is one of them.
    #[cfg(feature = "inspector")]
    pub(crate) fn have(name: &str) -> bool {
        [ID, EPOCH].contains(&name)
    }

    pub(crate) fn read(envelope: &Envelope, unknown: &Unknown, format: Format) -> Self {
        if format == Format::Sealed {
            let (id, epoch) = (envelope.id, envelope.epoch);
            return Self { id, epoch };
        }
        let epoch = unknown.get(EPOCH).and_then(|json| json.parse().ok());
        // Epochs are times at least: what Node wrote before one is of an earlier one.
        let written = || envelope.touched.unwrap_or(0).saturating_sub(ROUNDED_UP);
        Self {
            id: unknown.get(ID).and_then(id),
            epoch: epoch.unwrap_or_else(written),
        }
    }

    /// Puts an epoch into a session that begins, and an id if it has none.
    pub(crate) fn write(
        epoch: u64,
        envelope: &mut Envelope,
        unknown: &mut Unknown,
        format: Format,
        random: &Random,
    ) -> Result<(), SealError> {
        if format == Format::Sealed {
            envelope.epoch = epoch;
            return Ok(());
        }
        if unknown.get(ID).and_then(id).is_none() {
            let id = random.array::<ID_LENGTH>()?;
            unknown.set(ID, format!("\"{}\"", URL_SAFE_NO_PAD.encode(id)))?;
        }
        unknown.set(EPOCH, epoch.to_string())
    }
}

fn id(json: &str) -> Option<[u8; ID_LENGTH]> {
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut id = [0; ID_LENGTH];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut id).ok()?;
    (length == id.len()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> (Envelope, Unknown) {
        let (mut envelope, mut unknown) = (Envelope::default(), Unknown::default());
        envelope.complete(0, format, &Random::default()).unwrap();
        Marks::write(7, &mut envelope, &mut unknown, format, &Random::default()).unwrap();
        (envelope, unknown)
    }

    #[test]
    fn o06_marks_come_back_in_both_formats() {
        for format in [Format::Sealed, Format::Fastify] {
            let (envelope, unknown) = written(format);
            let marks = Marks::read(&envelope, &unknown, format);
            assert_eq!(marks.epoch, 7);
            assert!(marks.id.is_some());
        }
    }

    #[test]
    fn an_id_stays_when_the_epoch_changes() {
        let (mut envelope, mut unknown) = written(Format::Fastify);
        let before = Marks::read(&envelope, &unknown, Format::Fastify);
        let random = Random::default();
        Marks::write(8, &mut envelope, &mut unknown, Format::Fastify, &random).unwrap();
        let after = Marks::read(&envelope, &unknown, Format::Fastify);
        assert_eq!((after.id, after.epoch), (before.id, 8));
    }

    #[test]
    fn o06_what_node_alone_wrote_is_of_the_epoch_of_its_time() {
        let envelope = Envelope {
            touched: Some(10_000),
            ..Envelope::default()
        };
        let marks = Marks::read(&envelope, &Unknown::default(), Format::Fastify);
        assert_eq!(
            marks,
            Marks {
                id: None,
                epoch: 9_500
            }
        );
    }
}
