//! What was written, with every default resolved: all that `check` and `expand` look at.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, DeriveInput, Ident, Type, Visibility, ext::IdentExt};

use crate::{
    attr::{ContainerSerde, FieldAttr, FieldSerde, SessionAttr, container::Format},
    case::snake_case,
    ctxt::Ctxt,
    shape, visibility,
};

/// A struct that derives `SecureSession`.
pub(crate) struct Session<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// The path of `session_runtime`.
    pub(crate) krate: TokenStream,
    pub(crate) name: Text,
    pub(crate) cookie_name: Text,
    pub(crate) format: Format,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) attr: SessionAttr,
    pub(crate) serde: ContainerSerde,
}

/// A text, and where it is to be blamed.
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) at: Span,
}

/// A field of a session.
pub(crate) struct Field<'a> {
    pub(crate) bit: u32,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// Its documentation, for its accessors.
    pub(crate) docs: TokenStream,
    pub(crate) deprecated: TokenStream,
    /// The accessors' name, not raw, at the place where it was written.
    pub(crate) name: Ident,
    pub(crate) access: Access,
    pub(crate) get: Visibility,
    pub(crate) set: Visibility,
    pub(crate) attr: FieldAttr,
    pub(crate) serde: FieldSerde,
}

/// Which accessors a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    None,
    ReadOnly,
    ReadWrite,
    /// `set_` and `take_`.
    Flash,
}

impl<'a> Session<'a> {
    /// `None`: not a struct with named fields, and an error says so.
    pub(crate) fn read(cx: &Ctxt, input: &'a DeriveInput) -> Option<Self> {
        let attr = SessionAttr::read(cx, &input.attrs);
        let fields = shape::named(cx, input, &shape::SESSION)?;
        let fields = (0..)
            .zip(fields)
            .map(|(bit, field)| Field::read(cx, bit, field, &input.vis));
        let fields: Option<Vec<_>> = fields.collect();
        let format = attr
            .format
            .as_ref()
            .map_or(Format::Sealed, |format| format.value);
        let name = session_name(&attr, &input.ident);
        Some(Self {
            ident: &input.ident,
            vis: &input.vis,
            krate: krate(&attr),
            cookie_name: cookie_name(&attr, format, &name),
            name,
            format,
            fields: fields?,
            serde: ContainerSerde::read(&input.attrs),
            attr,
        })
    }

    /// The type that `Session<Self>` derefs to.
    pub(crate) fn accessors(&self) -> Ident {
        format_ident!("{}Fields", self.ident.unraw(), span = self.ident.span())
    }

    /// The visibility of `edit` and `update`, which write every field: the narrowest of all
    /// setters', or they would get round it.
    pub(crate) fn whole_set(&self) -> Visibility {
        let setters = self.fields.iter().filter(|field| !field.serde.flattened);
        setters.fold(self.vis.clone(), |all, field| match field.access {
            Access::ReadWrite | Access::Flash => visibility::narrower(all, &field.set),
            Access::None | Access::ReadOnly => Visibility::Inherited,
        })
    }
}

impl<'a> Field<'a> {
    fn read(cx: &Ctxt, bit: u32, field: &'a syn::Field, of_struct: &Visibility) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let attr = FieldAttr::read(cx, &field.attrs);
        let serde = FieldSerde::read(&field.attrs);
        Some(Self {
            bit,
            ident,
            ty: &field.ty,
            docs: attributes(&field.attrs, "doc"),
            deprecated: attributes(&field.attrs, "deprecated"),
            name: name(&attr, ident),
            access: access(&attr, &serde),
            get: visibility::capped(attr.get.as_ref().map(|get| &get.value), of_struct),
            set: visibility::capped(attr.set.as_ref().map(|set| &set.value), of_struct),
            attr,
            serde,
        })
    }

    /// The visibility of what both writes and shows the field: the narrower of the two.
    pub(crate) fn get_and_set(&self) -> Visibility {
        match self.access {
            Access::ReadWrite => visibility::narrower(self.set.clone(), &self.get),
            Access::ReadOnly => self.get.clone(),
            Access::Flash | Access::None => self.set.clone(),
        }
    }

    /// `name` as it stands in code: raw where it is a keyword.
    pub(crate) fn getter(&self) -> Ident {
        let name = self.name.to_string();
        match syn::parse_str::<Ident>(&name) {
            Ok(_) => self.name.clone(),
            Err(_) => Ident::new_raw(&name, self.name.span()),
        }
    }

    /// `set_x`, `update_x`, `take_x`, `clear_x`
    pub(crate) fn method(&self, verb: &str) -> Ident {
        format_ident!("{verb}_{}", self.name, span = self.name.span())
    }

    /// `USER_ID`
    pub(crate) fn token(&self) -> Ident {
        Ident::new(&self.name.to_string().to_uppercase(), self.name.span())
    }

    /// The names of all its methods.
    pub(crate) fn methods(&self) -> Vec<String> {
        let name = self.name.to_string();
        let verbs: &[&str] = match self.access {
            Access::None => &[],
            Access::ReadOnly => &[""],
            Access::ReadWrite => &["", "set_", "update_", "take_", "clear_"],
            Access::Flash => &["set_", "take_"],
        };
        verbs.iter().map(|verb| format!("{verb}{name}")).collect()
    }

    /// Its name on the wire; what a `rename_all` makes of it aside.
    pub(crate) fn wire_name(&self) -> String {
        self.serde
            .name
            .clone()
            .unwrap_or_else(|| self.ident.unraw().to_string())
    }

    pub(crate) fn has_token(&self) -> bool {
        matches!(self.access, Access::ReadOnly | Access::ReadWrite)
    }
}

fn access(attr: &FieldAttr, serde: &FieldSerde) -> Access {
    if attr.skip.is_some() || serde.flattened {
        Access::None
    } else if attr.flash.is_some() {
        Access::Flash
    } else if attr.readonly.is_some() {
        Access::ReadOnly
    } else {
        Access::ReadWrite
    }
}

fn name(attr: &FieldAttr, ident: &Ident) -> Ident {
    match &attr.rename {
        Some(rename) => rename.value.clone(),
        None => ident.unraw(),
    }
}

fn attributes(attrs: &[Attribute], name: &str) -> TokenStream {
    let own = attrs.iter().filter(|attr| attr.path().is_ident(name));
    own.map(ToTokens::to_token_stream).collect()
}

/// The path of `session_runtime`, of a struct that could not be read.
pub(crate) fn krate_of(input: &DeriveInput) -> TokenStream {
    krate(&Ctxt::unheard(|cx| SessionAttr::read(cx, &input.attrs)))
}

fn krate(attr: &SessionAttr) -> TokenStream {
    let written = attr
        .krate
        .as_ref()
        .map(|krate| krate.value.to_token_stream());
    written.unwrap_or_else(|| quote!(::session_runtime))
}

fn session_name(attr: &SessionAttr, ident: &Ident) -> Text {
    match &attr.name {
        Some(name) => Text {
            value: name.value.value(),
            at: name.at,
        },
        None => Text {
            value: snake_case(&ident.unraw().to_string()),
            at: ident.span(),
        },
    }
}

fn cookie_name(attr: &SessionAttr, format: Format, name: &Text) -> Text {
    if let Some(written) = &attr.cookie_name {
        return Text {
            value: written.value.value(),
            at: written.at,
        };
    }
    let value = match format {
        Format::Sealed => format!("__Host-{}", name.value),
        Format::Fastify => name.value.clone(),
    };
    Text { value, at: name.at }
}
