//! The data of a session, while they are written to.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use super::slot::Change;
use crate::SecureSession;

/// A change, which ends when this is dropped.
pub(super) struct DataMut<'a, T: SecureSession>(pub(super) Change<'a, T>);

impl<T: SecureSession> Deref for DataMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.data
    }
}

impl<T: SecureSession> DerefMut for DataMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        unique(&mut self.0.data)
    }
}

/// The data to write to: a copy, if somebody still reads them.
#[expect(
    clippy::expect_used,
    reason = "an Arc made here, or proved unique, has one owner"
)]
fn unique<T: SecureSession>(data: &mut Arc<T>) -> &mut T {
    if Arc::get_mut(data).is_none() {
        *data = Arc::new(data.__duplicate());
    }
    Arc::get_mut(data).expect("the only owner")
}
