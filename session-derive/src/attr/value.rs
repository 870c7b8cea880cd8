//! The values of keys: each form is asked for in one place, which also says how to write it.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::{
    Error, Ident, Lit, LitStr, Path, Result, Token, Visibility, ext::IdentExt, parse::ParseStream,
    spanned::Spanned,
};

use super::limit::{self, Limit};
use crate::symbol::Symbol;

/// A value that was written, with the place of its key and of itself.
pub(crate) struct Given<T> {
    pub(crate) key: Span,
    pub(crate) at: Span,
    pub(crate) value: T,
}

/// A key whose value is about to be read.
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a Ident,
    pub(crate) symbol: Symbol,
    pub(crate) input: ParseStream<'a>,
}

/// Keeps the first value of a key; a second one is a mistake at its key.
pub(crate) fn put<T>(slot: &mut Option<Given<T>>, given: Given<T>, symbol: Symbol) -> Result<()> {
    if slot.is_some() {
        let message = format!("`{}` is given twice, remove one of them", symbol.name);
        return Err(Error::new(given.key, message));
    }
    *slot = Some(given);
    Ok(())
}

impl Entry<'_> {
    /// `key`
    pub(crate) fn flag(&self) -> Result<Given<()>> {
        if self.input.peek(Token![=]) || self.input.peek(syn::token::Paren) {
            let name = self.symbol.name;
            let message = format!("`{name}` takes no value: write `{name}` alone or leave it out");
            return Err(self.error_at_key(message));
        }
        Ok(self.given(self.key.span(), ()))
    }

    /// `key = true`
    pub(crate) fn boolean(&self) -> Result<Given<bool>> {
        let name = self.symbol.name;
        let expected = format!("expected `{name} = true` or `{name} = false`");
        match self.literal(&expected)? {
            Lit::Bool(lit) => Ok(self.given(lit.span, lit.value)),
            other => Err(Error::new(other.span(), expected)),
        }
    }

    /// `key` or `key = true`
    pub(crate) fn flag_or_boolean(&self) -> Result<Given<bool>> {
        if self.input.peek(Token![=]) || self.input.peek(syn::token::Paren) {
            return self.boolean();
        }
        Ok(self.given(self.key.span(), true))
    }

    /// `key = "text"`
    pub(crate) fn string(&self) -> Result<Given<LitStr>> {
        let expected = format!("expected a string: `{}`", self.symbol.form);
        match self.literal(&expected)? {
            Lit::Str(lit) => Ok(self.given(lit.span(), lit)),
            other => Err(Error::new(other.span(), expected)),
        }
    }

    /// `key = 3`; `hint` is added to what is said of anything else.
    pub(crate) fn integer<N>(&self, hint: &str) -> Result<Given<N>>
    where
        N: std::str::FromStr,
        N::Err: std::fmt::Display,
    {
        let expected = format!("expected a whole number: `{}`{hint}", self.symbol.form);
        match self.literal(&expected)? {
            Lit::Int(lit) => match lit.base10_parse() {
                Ok(value) => Ok(self.given(lit.span(), value)),
                Err(_) => Err(Error::new(lit.span(), expected)),
            },
            other => Err(Error::new(other.span(), expected)),
        }
    }

    /// `key = "one of a few"`
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<Given<T>> {
        let text = self.string()?;
        let written = text.value.value();
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == written) {
            return Ok(self.given(text.at, *value));
        }
        let names: Vec<String> = choices
            .iter()
            .map(|(name, _)| format!("`\"{name}\"`"))
            .collect();
        let (name, expected) = (self.symbol.name, names.join(", "));
        let message = format!("unknown `{name}` `\"{written}\"`, expected one of {expected}");
        Err(Error::new(text.at, message))
    }

    /// `key = "30m"` or `key = "none"`
    pub(crate) fn limit(&self) -> Result<Given<Limit>> {
        let text = self.string()?;
        match limit::parse(&text.value.value(), self.symbol) {
            Ok(limit) => Ok(self.given(text.at, limit)),
            Err(message) => Err(Error::new(text.at, message)),
        }
    }

    /// `key = "pub(crate)"`
    pub(crate) fn visibility(&self) -> Result<Given<Visibility>> {
        let text = self.string()?;
        match text.value.parse::<Visibility>() {
            Ok(Visibility::Inherited) | Err(_) => {
                let form = self.symbol.form;
                let message = format!(
                    "expected a visibility: `{form}`, or `\"pub(self)\"` for this module alone"
                );
                Err(Error::new(text.at, message))
            }
            Ok(visibility) => Ok(self.given(text.at, visibility)),
        }
    }

    /// `key = "accessor"`
    pub(crate) fn identifier(&self) -> Result<Given<Ident>> {
        let text = self.string()?;
        let name = text
            .value
            .parse_with(Ident::parse_any)
            .ok()
            .map(|ident| ident.unraw());
        // These four cannot be written as raw identifiers.
        let usable = |name: &Ident| {
            !["self", "Self", "super", "crate", "_"]
                .iter()
                .any(|n| name == n)
        };
        if let Some(name) = name.filter(usable) {
            return Ok(self.given(text.at, name));
        }
        let (written, form) = (text.value.value(), self.symbol.form);
        let message = format!("`{written}` cannot be the name of a method, expected `{form}`");
        Err(Error::new(text.at, message))
    }

    /// `key = path` or `key = "path"`
    pub(crate) fn path(&self) -> Result<Given<Path>> {
        self.equals()?;
        let message = format!("expected a path: `{}`", self.symbol.form);
        let path = if self.input.peek(LitStr) {
            let text: LitStr = self.input.parse()?;
            text.parse_with(Path::parse_mod_style)
                .map_err(|_| Error::new(text.span(), &message))?
        } else {
            let at = self.input.span();
            self.input
                .call(Path::parse_mod_style)
                .map_err(|_| Error::new(at, &message))?
        };
        Ok(self.given(path.span(), path))
    }

    /// The literal after `=`; `expected` is what is said of anything else.
    fn literal(&self, expected: &str) -> Result<Lit> {
        self.equals()?;
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Err(self.error_at_key(expected));
        }
        if let Ok(lit) = self.input.fork().parse::<Lit>() {
            self.input.parse::<Lit>()?;
            return Ok(lit);
        }
        let other: TokenTree = self.input.parse()?;
        Err(Error::new_spanned(other.into_token_stream(), expected))
    }

    fn equals(&self) -> Result<()> {
        if self.input.peek(Token![=]) {
            self.input.parse::<Token![=]>()?;
            return Ok(());
        }
        Err(self.error_at_key(format!("expected a value: `{}`", self.symbol.form)))
    }

    fn error_at_key(&self, message: impl std::fmt::Display) -> Error {
        Error::new(self.key.span(), message)
    }

    fn given<T>(&self, at: Span, value: T) -> Given<T> {
        Given {
            key: self.key.span(),
            at,
            value,
        }
    }
}
