//! The keys of `#[session(…)]` above a registry: where the runtime is.

use syn::{Attribute, Error, Path};

use super::{
    Given, each_key,
    value::{Entry, put},
};
use crate::{ctxt::Ctxt, symbol};

pub(crate) fn registry(cx: &Ctxt, attrs: &[Attribute]) -> Option<Given<Path>> {
    let mut krate = None;
    each_key(cx, attrs, |key, input| {
        if key == symbol::CRATE.name {
            let entry = Entry {
                key,
                symbol: symbol::CRATE,
                input,
            };
            return put(&mut krate, entry.path()?, symbol::CRATE);
        }
        let message = format!(
            "unknown registry attribute `{key}`, expected `crate`: the attributes of a session \
             belong on its own struct"
        );
        Err(Error::new(key.span(), message))
    });
    krate
}
