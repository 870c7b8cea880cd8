//! From the state of a session to the value of its cookie.

use http::HeaderValue;

use super::Entry;
use crate::{
    Deviation, Format, SecureSession,
    cookie::{Overrides, SetCookie},
    error::{Oversized, SealError},
    event::SendCause,
    handle::State,
    payload,
    revocation::Marks,
};

impl Entry {
    /// Decides what the envelope leaves open, and seals.
    pub(crate) fn seal<T: SecureSession>(
        &self,
        state: &mut State<T>,
        cause: SendCause,
    ) -> Result<String, SealError> {
        if let Some(field) = state.data.__too_long(state.dirty) {
            return Err(SealError::FieldTooLong { field });
        }
        self.complete_envelope(state, cause)?;
        let State {
            data,
            envelope,
            unknown,
            ..
        } = state;
        let plaintext = payload::encode(&**data, envelope, unknown, self.format())?;
        let keys = self.keys().ok_or(SealError::KeptInStore)?;
        let end = self.end(envelope.created, envelope.touched.unwrap_or_default());
        let value = keys.codec.seal(&plaintext, end, self.random())?;
        let size = self.set_cookie().name().len() + value.len();
        if !self.sends_oversized() {
            Oversized::check(size, || payload::largest_fields(&**data, unknown))?;
        }
        Ok(value)
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
        options: Option<Overrides>,
    ) -> Result<HeaderValue, SealError> {
        let header = match options {
            None => self.set_cookie().set(value, self.now()),
            Some(options) => self.with_options(options)?.set(value, self.now()),
        };
        header.ok_or(SealError::InvalidAttribute { attribute: "value" })
    }

    /// The header that removes the cookie.
    pub(crate) fn removal(&self, options: Option<Overrides>) -> Result<HeaderValue, SealError> {
        let value = self.keys().map(|keys| keys.codec.removal_value());
        let value = value.unwrap_or_default();
        // A deletion counts whatever else is wrong, options that cannot stand in a header included.
        let header = match options.map(|options| self.with_options(options)) {
            Some(Ok(cookie)) => cookie.remove(&value),
            Some(Err(_)) | None => self.set_cookie().remove(&value),
        };
        header.ok_or(SealError::InvalidAttribute { attribute: "value" })
    }

    fn with_options(&self, options: Overrides) -> Result<SetCookie, SealError> {
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
