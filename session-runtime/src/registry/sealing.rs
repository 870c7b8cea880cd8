//! From the state of a session to the value of its cookie.

use http::HeaderValue;

use super::Entry;
use crate::{
    Deviation, Format, Key, SecureSession,
    cookie::{Overrides, SetCookie},
    error::{Oversized, SealError},
    event::SendCause,
    handle::State,
    payload,
    revocation::Marks,
};

/// What the value of a cookie must be to stand in a header.
const UNSENDABLE: SealError = SealError::InvalidAttribute { attribute: "value" };

impl Entry {
    /// Decides what the envelope leaves open, and seals.
    pub(crate) fn seal<T: SecureSession>(
        &self,
        state: &mut State<T>,
        cause: SendCause,
    ) -> Result<String, SealError> {
        let (plaintext, end) = self.plaintext(state, cause)?;
        let keys = self.keys().ok_or(SealError::KeptInStore)?;
        let value = keys.codec.seal(&plaintext, end, self.random())?;
        self.check_size(value.len(), state)?;
        Ok(value)
    }

    /// The same into the header that sets it, with the attributes that a handler asked for. And the
    /// bytes of name and value.
    pub(crate) fn seal_into_header<T: SecureSession>(
        &self,
        state: &mut State<T>,
        cause: SendCause,
    ) -> Result<(HeaderValue, usize), SealError> {
        let (plaintext, end) = self.plaintext(state, cause)?;
        let keys = self.keys().ok_or(SealError::KeptInStore)?;
        let options = Overrides::or_kept(state.options.take(), state.envelope.lifetime);
        let with_options = options.map(|options| self.with_options(*options));
        let with_options = with_options.transpose()?;
        let cookie = with_options.as_ref().unwrap_or(self.set_cookie());
        let mut line = cookie.begin(keys.codec.sealed_len(plaintext.len()), || self.now());
        let before = line.value().len();
        keys.codec
            .seal_onto(line.value(), &plaintext, end, self.random())?;
        let size = self.check_size(line.value().len() - before, state)?;
        let header = line.finish().ok_or(UNSENDABLE)?;
        Ok((header, size))
    }

    /// What the tokens against forged requests may be made of, of the session `id`: under the key that
    /// seals, and under those that open.
    pub(crate) fn csrf_secrets(&self, id: &[u8]) -> Vec<Key> {
        let keys = self.keys();
        let keys = keys.iter().flat_map(|keys| &keys.csrf);
        keys.map(|key| Key::from_bytes(*key.secret(id))).collect()
    }

    /// What is to be sealed, and when it lives no more.
    fn plaintext<T: SecureSession>(
        &self,
        state: &mut State<T>,
        cause: SendCause,
    ) -> Result<(Vec<u8>, u64), SealError> {
        if let Some(field) = state.data.__too_long(state.dirty) {
            return Err(SealError::FieldTooLong { field });
        }
        state.envelope.keep_lifetime(state.options.as_deref());
        self.complete_envelope(state, cause)?;
        let envelope = &state.envelope;
        let plaintext = payload::encode(&*state.data, envelope, &state.unknown, self.format())?;
        let end = self.end(envelope.created, envelope.touched.unwrap_or_default());
        Ok((plaintext, end))
    }

    /// The bytes of name and value, if browsers keep so many.
    fn check_size<T: SecureSession>(
        &self,
        value: usize,
        state: &State<T>,
    ) -> Result<usize, SealError> {
        let size = self.set_cookie().name().len() + value;
        if !self.sends_oversized() {
            Oversized::check(size, || {
                payload::largest_fields(&*state.data, &state.unknown)
            })?;
        }
        Ok(size)
    }

    fn complete_envelope<T>(
        &self,
        state: &mut State<T>,
        cause: SendCause,
    ) -> Result<(), SealError> {
        let now = self.now();
        self.mark(state)?;
        let envelope = &mut state.envelope;
        // A new key must not lengthen the life of a session that is only read.
        if cause != SendCause::KeyRotated || !envelope.is_touched() {
            envelope.touch(now, self.format());
        }
        envelope.complete(now, self.format(), self.random())
    }

    /// Gives a session that Node alone has written what the list of revocations needs.
    fn mark<T>(&self, state: &mut State<T>) -> Result<(), SealError> {
        let State {
            envelope,
            unknown,
            listed,
            ..
        } = state;
        let format = self.format();
        let is_unmarked = || Marks::read(envelope, unknown, format).id.is_none();
        if self.revocation().is_none() || format == Format::Sealed || !is_unmarked() {
            return Ok(());
        }
        let epoch = listed.as_ref().map_or(0, |listed| listed.epoch);
        Marks::write(epoch, envelope, unknown, format, self.random())
    }

    fn sends_oversized(&self) -> bool {
        self.follows_node(Deviation::OversizedCookie)
    }

    /// The header that sets the cookie to `value`, with the attributes a handler asked for.
    pub(crate) fn header(
        &self,
        value: &str,
        options: Option<Box<Overrides>>,
    ) -> Result<HeaderValue, SealError> {
        let header = match options {
            None => self.set_cookie().set(value, self.now()),
            Some(options) => self.with_options(*options)?.set(value, self.now()),
        };
        header.ok_or(UNSENDABLE)
    }

    /// The header that removes the cookie.
    pub(crate) fn removal(
        &self,
        options: Option<Box<Overrides>>,
    ) -> Result<HeaderValue, SealError> {
        let value = self.keys().map(|keys| keys.codec.removal_value());
        let value = value.unwrap_or_default();
        // A deletion counts whatever else is wrong, options that cannot stand in a header included.
        let header = match options.map(|options| self.with_options(*options)) {
            Some(Ok(cookie)) => cookie.remove(&value),
            Some(Err(_)) | None => self.set_cookie().remove(&value),
        };
        header.ok_or(UNSENDABLE)
    }

    pub(super) fn with_options(&self, options: Overrides) -> Result<SetCookie, SealError> {
        let mut attributes = self.set_cookie().attributes().clone().with(options);
        if self.insecure_over_http {
            attributes = attributes.over_http();
        }
        let name = self.set_cookie().name();
        match attributes.problems(name).first() {
            None => Ok(SetCookie::new(name.to_owned(), attributes)),
            Some((attribute, _)) => Err(SealError::InvalidAttribute { attribute }),
        }
    }
}
