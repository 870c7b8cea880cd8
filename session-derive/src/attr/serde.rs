//! What serde's attributes say that matters here: the name on the wire, and whether a field's
//! text can be foreseen. Their mistakes are serde's to report.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, LitStr, Result, Token, meta::ParseNestedMeta, token::Paren};

/// `#[serde(…)]` above the struct.
#[derive(Default)]
pub(crate) struct ContainerSerde {
    pub(crate) transparent: Option<Span>,
    /// Names on the wire are not those of the fields.
    pub(crate) renames: bool,
    /// The JSON is more, or other, than the fields.
    pub(crate) reshapes: bool,
    /// It is read by other code than its fields'.
    pub(crate) reads_otherwise: bool,
}

/// `#[serde(…)]` above a field.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, no state machine"
)]
pub(crate) struct FieldSerde {
    /// The name it is written under, where one is given.
    pub(crate) name: Option<String>,
    pub(crate) skipped: bool,
    /// Its value is not in the text: it is a default.
    pub(crate) unread: bool,
    pub(crate) flattened: bool,
    /// Its text is made by other code than its type's `Serialize`.
    pub(crate) reshapes: bool,
    /// Its value is made by other code than its type's `Deserialize` and `Default`.
    pub(crate) reads_otherwise: bool,
}

impl ContainerSerde {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |meta| {
            if meta.path.is_ident("transparent") {
                this.transparent = meta.path.get_ident().map(syn::Ident::span);
            }
            this.renames |= meta.path.is_ident("rename_all");
            this.reshapes |= ["into", "tag", "remote"]
                .iter()
                .any(|key| meta.path.is_ident(key));
            this.reads_otherwise |= ["from", "try_from", "remote"]
                .iter()
                .any(|key| meta.path.is_ident(key));
            // A function that is named: without one it is `Default`.
            this.reads_otherwise |= meta.path.is_ident("default") && meta.input.peek(Token![=]);
            skip_value(meta)
        });
        this
    }
}

/// Keys that leave a field's text as its type writes it.
const HARMLESS: &[&str] = &[
    "default",
    "alias",
    "skip_deserializing",
    "skip_serializing_if",
    "deserialize_with",
    "borrow",
    "bound",
];

impl FieldSerde {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |meta| this.read_key(meta));
        this
    }

    fn read_key(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let Some(key) = meta.path.get_ident().map(ToString::to_string) else {
            return skip_value(meta);
        };
        match key.as_str() {
            "rename" => return self.read_rename(meta),
            "skip" | "skip_serializing" => self.skipped = true,
            "flatten" => self.flattened = true,
            key if HARMLESS.contains(&key) => {}
            _ => self.reshapes = true,
        }
        self.unread |= matches!(key.as_str(), "skip" | "skip_deserializing");
        self.reads_otherwise |= match key.as_str() {
            // A function that is named: without one it is the type's own default.
            "default" => meta.input.peek(Token![=]),
            "with" | "deserialize_with" => true,
            _ => false,
        };
        skip_value(meta)
    }

    /// `rename = "x"` or `rename(serialize = "x", deserialize = "y")`
    fn read_rename(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if meta.input.peek(Token![=]) {
            self.name = Some(meta.value()?.parse::<LitStr>()?.value());
            return Ok(());
        }
        meta.parse_nested_meta(|inner| {
            let name = inner.value()?.parse::<LitStr>()?.value();
            if inner.path.is_ident("serialize") {
                self.name = Some(name);
            }
            Ok(())
        })
    }
}

fn each(attrs: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // A mistake in serde's attribute is reported by serde's own derive.
        let _ = attr.parse_nested_meta(|meta| read(&meta));
    }
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<TokenStream>()?;
    }
    Ok(())
}
