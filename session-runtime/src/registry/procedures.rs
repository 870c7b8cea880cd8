//! What is done with a session that a store knows of.
//!
//! That is most of the code that there is for each type of session. It is named where a configuration
//! says that there is a store, and reached through pointers from a request: for a session that lives
//! in its cookie alone none of it is compiled.

use std::{any::Any, future::Future, pin::Pin, sync::Arc};

use http::HeaderMap;

use super::Entry;
use crate::{
    SecureSession,
    handle::State,
    layer::{AnySlot, Asking, Commit, in_store, revoking, with_node},
    node::Arrival,
    store::{LoadAtOnce, StoreError},
    stored::Stored,
};

type Opening<'a, T> = Pin<Box<dyn Future<Output = Result<State<T>, StoreError>> + Send + 'a>>;

type OpenAtOnce<T> =
    fn(&Arc<Entry>, (&Stored, &dyn LoadAtOnce), &HeaderMap) -> Result<State<T>, StoreError>;

type AskFirst<T> = fn(Commit, &mut State<T>, &Arc<dyn AnySlot>, &Arc<Entry>) -> Option<Asking>;

/// How a session of type `T` is opened and kept, in one of the places that a store knows of.
pub(crate) struct Procedures<T> {
    /// The session that came with a request, or a fresh one and why.
    pub(crate) open: for<'a> fn(&'a Arc<Entry>, Arrival<'a>) -> Opening<'a, T>,
    /// The same from a store that answers at once, where it may be such a one.
    pub(crate) open_at_once: Option<OpenAtOnce<T>>,
    /// What a response that sets or removes the cookie has to wait for, if it has.
    pub(crate) commit: AskFirst<T>,
}

/// The procedures of a type that is known to the one who asks for them.
#[derive(Clone)]
pub(super) struct AnyProcedures(Arc<dyn Any + Send + Sync>);

impl AnyProcedures {
    fn new<T: SecureSession>(procedures: Procedures<T>) -> Self {
        Self(Arc::new(procedures))
    }

    /// In a store.
    pub(super) fn stored<T: SecureSession>() -> Self {
        Self::new::<T>(Procedures {
            open: |entry, arrival| Box::pin(entry.open_stored(arrival.headers)),
            open_at_once: Some(Entry::open_at_once),
            commit: in_store,
        })
    }

    /// In a record that Node reads too.
    pub(super) fn node<T: SecureSession>() -> Self {
        Self::new::<T>(Procedures {
            open: |entry, arrival| Box::pin(entry.open_record(arrival)),
            open_at_once: None,
            commit: with_node,
        })
    }

    /// In its cookie, with a list of those that have ended.
    pub(super) fn listed<T: SecureSession>() -> Self {
        Self::new::<T>(Procedures {
            open: |entry, arrival| Box::pin(entry.open_listed(arrival.headers)),
            open_at_once: None,
            commit: revoking,
        })
    }
}

impl Entry {
    /// How the session is opened and kept. `None`: it lives in its cookie alone.
    pub(crate) fn procedures<T: SecureSession>(&self) -> Option<&Procedures<T>> {
        self.procedures.as_ref()?.0.downcast_ref()
    }
}
