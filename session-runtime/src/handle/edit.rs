//! `session.edit()`: several fields at once, in place.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use super::Handle;
use crate::SecureSession;

/// A copy of a session's data that is written back when it is dropped.
///
/// Returned by the generated `edit()`. Nothing is written when it was only read, or when it is
/// dropped by a panic. It replaces all fields: what another handle wrote meanwhile is lost, for
/// which `update` or the setters are the better choice.
///
/// ```
/// # mod example {
/// use session_runtime::{SecureSession, Session};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// # pub fn main() {
/// let mut session = Session::detached(Auth::default());
/// {
///     let mut auth = session.edit();
///     auth.user_id = Some(7);
///     auth.email = Some("ada@example.org".to_owned());
/// } // written here
/// assert_eq!(session.user_id(), Some(7));
/// # }
/// # }
/// # example::main();
/// ```
#[must_use = "the edit is written when this guard is dropped"]
pub struct Edit<'a, T: SecureSession> {
    handle: &'a mut Handle<T>,
    /// `None` until the first write.
    copy: Option<T>,
}

impl<'a, T: SecureSession> Edit<'a, T> {
    pub(super) const fn new(handle: &'a mut Handle<T>) -> Self {
        Self { handle, copy: None }
    }
}

impl<T: SecureSession> Deref for Edit<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.copy.as_ref().unwrap_or_else(|| self.handle.read())
    }
}

impl<T: SecureSession> DerefMut for Edit<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        let handle = &*self.handle;
        self.copy.get_or_insert_with(|| handle.read().__duplicate())
    }
}

impl<T: SecureSession> Drop for Edit<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        if let Some(copy) = self.copy.take() {
            self.handle.change(!0).data = Arc::new(copy);
        }
    }
}

impl<T: SecureSession> fmt::Debug for Edit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit")
            .field("session", &T::DECLARATION.name)
            .finish_non_exhaustive()
    }
}
