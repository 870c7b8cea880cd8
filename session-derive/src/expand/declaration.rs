//! What the attributes of the struct say, for the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    attr::{
        Limit,
        container::{Format, Priority, SameSite},
    },
    model::Session,
};

/// `Declaration::new("auth", "__Host-auth", Format::Sealed).idle(Limit::Seconds(1800))…`
pub(super) fn declaration(session: &Session<'_>) -> TokenStream {
    let (krate, attr) = (&session.krate, &session.attr);
    let (name, cookie_name) = (&session.name.value, &session.cookie_name.value);
    let format = match session.format {
        Format::Sealed => quote!(Sealed),
        Format::Fastify => quote!(Fastify),
    };
    let given: TokenStream = [
        attr.idle
            .as_ref()
            .map(|idle| limit(krate, "idle", idle.value)),
        attr.absolute
            .as_ref()
            .map(|absolute| limit(krate, "absolute", absolute.value)),
        attr.path.as_ref().map(|path| call("path", &path.value)),
        attr.domain
            .as_ref()
            .map(|domain| call("domain", &domain.value)),
        attr.same_site
            .as_ref()
            .map(|same_site| call("same_site", variant(krate, same_site.value))),
        attr.secure
            .as_ref()
            .map(|secure| call("secure", secure.value)),
        attr.http_only
            .as_ref()
            .map(|http_only| call("http_only", http_only.value)),
        attr.partitioned
            .as_ref()
            .map(|partitioned| call("partitioned", partitioned.value)),
        attr.priority
            .as_ref()
            .map(|priority| call("priority", level(krate, priority.value))),
        attr.max_age
            .as_ref()
            .and_then(|max_age| Some(call("max_age", max_age.value.seconds()?))),
        attr.expires
            .as_ref()
            .map(|expires| call("expires", expires.value)),
        attr.version
            .as_ref()
            .map(|version| call("version", version.value)),
        attr.preserve_unknown
            .as_ref()
            .map(|preserve| call("preserve_unknown", preserve.value)),
    ]
    .into_iter()
    .flatten()
    .collect();
    quote! {
        #krate::__private::Declaration::new(
            #name,
            #cookie_name,
            #krate::__private::Format::#format,
        )#given
    }
}

/// `.path("/")`
fn call(method: &str, value: impl quote::ToTokens) -> TokenStream {
    let method = format_ident!("{method}");
    quote!(.#method(#value))
}

/// `.idle(Limit::Seconds(1800))`
fn limit(krate: &TokenStream, method: &str, limit: Limit) -> TokenStream {
    let limit = match limit {
        Limit::Seconds(seconds) => quote!(#krate::__private::Limit::Seconds(#seconds)),
        Limit::Never => quote!(#krate::__private::Limit::Never),
    };
    call(method, limit)
}

fn variant(krate: &TokenStream, same_site: SameSite) -> TokenStream {
    match same_site {
        SameSite::Strict => quote!(#krate::__private::SameSite::Strict),
        SameSite::Lax => quote!(#krate::__private::SameSite::Lax),
        SameSite::None => quote!(#krate::__private::SameSite::None),
    }
}

fn level(krate: &TokenStream, priority: Priority) -> TokenStream {
    match priority {
        Priority::Low => quote!(#krate::__private::Priority::Low),
        Priority::Medium => quote!(#krate::__private::Priority::Medium),
        Priority::High => quote!(#krate::__private::Priority::High),
    }
}
