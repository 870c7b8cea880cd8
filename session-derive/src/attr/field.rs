//! The keys of `#[session(…)]` above a field.

use proc_macro2::Span;
use syn::{Attribute, Ident, Result, Visibility, parse::ParseStream};

use super::{
    Given, each_key,
    unknown::{self, Place},
    value::{Entry, put},
};
use crate::{
    ctxt::Ctxt,
    symbol::{self as sym, FIELD_KEYS, Symbol},
};

/// How concurrent changes of a stored field become one.
#[derive(Clone, Copy)]
pub(crate) enum Merge {
    Add,
    Union,
    Max,
}

/// What was written above a field. `None`: not written, or refused with an error.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) rename: Option<Given<Ident>>,
    pub(crate) get: Option<Given<Visibility>>,
    pub(crate) set: Option<Given<Visibility>>,
    pub(crate) readonly: Option<Given<()>>,
    pub(crate) skip: Option<Given<()>>,
    pub(crate) copy: Option<Given<()>>,
    pub(crate) max_len: Option<Given<usize>>,
    pub(crate) principal: Option<Given<()>>,
    pub(crate) secret: Option<Given<()>>,
    pub(crate) flash: Option<Given<()>>,
    pub(crate) merge: Option<Given<Merge>>,
}

impl FieldAttr {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each_key(cx, attrs, |key, input| this.read_key(key, input));
        this
    }

    fn read_key(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        let Some(&symbol) = FIELD_KEYS.iter().find(|symbol| key == symbol.name) else {
            return Err(unknown::error(key, Place::Field));
        };
        let entry = Entry { key, symbol, input };
        match symbol {
            sym::RENAME => put(&mut self.rename, entry.identifier()?, symbol),
            sym::GET => put(&mut self.get, entry.visibility()?, symbol),
            sym::SET => put(&mut self.set, entry.visibility()?, symbol),
            sym::READONLY => put(&mut self.readonly, entry.flag()?, symbol),
            sym::SKIP => put(&mut self.skip, entry.flag()?, symbol),
            sym::COPY => put(&mut self.copy, entry.flag()?, symbol),
            sym::MAX_LEN => put(&mut self.max_len, entry.integer(", in bytes")?, symbol),
            sym::PRINCIPAL => put(&mut self.principal, entry.flag()?, symbol),
            sym::SECRET => put(&mut self.secret, entry.flag()?, symbol),
            sym::FLASH => put(&mut self.flash, entry.flag()?, symbol),
            _ => put(&mut self.merge, entry.choice(MERGES)?, symbol),
        }
    }

    /// The keys that were written, with their places.
    pub(crate) fn written(&self) -> impl Iterator<Item = (Symbol, Span)> {
        fn key<T>(symbol: Symbol, given: Option<&Given<T>>) -> Option<(Symbol, Span)> {
            given.map(|given| (symbol, given.key))
        }
        [
            key(sym::RENAME, self.rename.as_ref()),
            key(sym::GET, self.get.as_ref()),
            key(sym::SET, self.set.as_ref()),
            key(sym::READONLY, self.readonly.as_ref()),
            key(sym::SKIP, self.skip.as_ref()),
            key(sym::COPY, self.copy.as_ref()),
            key(sym::MAX_LEN, self.max_len.as_ref()),
            key(sym::PRINCIPAL, self.principal.as_ref()),
            key(sym::SECRET, self.secret.as_ref()),
            key(sym::FLASH, self.flash.as_ref()),
            key(sym::MERGE, self.merge.as_ref()),
        ]
        .into_iter()
        .flatten()
    }
}

const MERGES: &[(&str, Merge)] = &[
    ("add", Merge::Add),
    ("union", Merge::Union),
    ("max", Merge::Max),
];
