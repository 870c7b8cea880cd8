//! What an application asks of data that others could have written.

use std::{any::Any, sync::Arc};

/// A question about data of some type.
#[derive(Clone)]
pub(super) struct Validator(Arc<dyn Any + Send + Sync>);

type Question<T> = Box<dyn Fn(&T) -> bool + Send + Sync>;

impl Validator {
    pub(super) fn new<T: 'static>(is_valid: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        let question: Question<T> = Box::new(is_valid);
        Self(Arc::new(question))
    }

    /// `false` also for data of another type.
    pub(super) fn accepts<T: 'static>(&self, data: &T) -> bool {
        let question = self.0.downcast_ref::<Question<T>>();
        question.is_some_and(|is_valid| is_valid(data))
    }
}
