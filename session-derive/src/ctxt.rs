//! Collects the mistakes of one derive, so that all of them are reported at once.

use std::{cell::RefCell, fmt::Display, thread};

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// Where errors go. Must be checked: a mistake that nobody reports would compile.
pub(crate) struct Ctxt {
    /// `None` once checked.
    errors: RefCell<Option<Vec<Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// For reading again what has been reported once.
    pub(crate) fn unheard<T>(read: impl FnOnce(&Self) -> T) -> T {
        let cx = Self::new();
        let value = read(&cx);
        // Dropped on purpose: the same mistakes stand in another `Ctxt`.
        let _ = cx.check();
        value
    }

    /// Reports `message` at the user's own token.
    pub(crate) fn error(&self, at: Span, message: impl Display) {
        self.push(Error::new(at, message));
    }

    pub(crate) fn push(&self, error: Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// `Err`: the mistakes, as `compile_error!`s.
    pub(crate) fn check(self) -> Result<(), TokenStream> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        if errors.is_empty() {
            return Ok(());
        }
        Err(errors.iter().map(Error::to_compile_error).collect())
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        let checked = thread::panicking() || self.errors.borrow().is_none();
        assert!(checked, "a `Ctxt` was dropped unchecked");
    }
}
