//! Golden expansions: what a derive writes, as a file that is read in review. `UPDATE_EXPECT=1
//! cargo test -p session-derive` writes them anew.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_quote};

use crate::{secure_session, session_registry};

fn expect(name: &str, expanded: TokenStream) {
    let file = syn::parse2(expanded).expect("an expansion is a list of items");
    let text = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests/golden")
        .join(name);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, text).expect("the golden file can be written");
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = golden.lines().zip(text.lines()).enumerate();
    if let Some((line, (was, is))) = lines.find(|(_, (was, is))| was != is) {
        panic!(
            "{name}:{}\n  golden:   {was}\n  expanded: {is}\n(UPDATE_EXPECT=1 to accept)",
            line + 1
        );
    }
    assert_eq!(
        golden.len(),
        text.len(),
        "{name} ends elsewhere (UPDATE_EXPECT=1 to accept)"
    );
}

/// The messages of a derive that fails.
fn mistakes(input: &DeriveInput) -> Vec<String> {
    let file: syn::File = syn::parse2(secure_session(input)).expect("a list of items");
    let message = |item: &syn::Item| match item {
        syn::Item::Macro(item) => item
            .mac
            .parse_body::<syn::LitStr>()
            .ok()
            .map(|text| text.value()),
        _ => None,
    };
    file.items.iter().filter_map(message).collect()
}

#[test]
fn a_session_with_one_field() {
    let input = parse_quote! {
        #[session(name = "auth")]
        struct Auth {
            user_id: u64,
        }
    };
    expect("one_field.rs", secure_session(&input));
}

/// Requests share a value only if it is made of its text alone.
#[test]
fn a_function_that_makes_a_value_is_called_for_each_request() {
    let is_shareable = |input: DeriveInput| {
        let expanded = secure_session(&input).to_string();
        expanded.contains("__SHAREABLE")
    };
    assert!(is_shareable(parse_quote! {
        #[serde(rename_all = "camelCase", default)]
        struct Auth {
            #[serde(default, rename = "id", skip_serializing_if = "Option::is_none")]
            user_id: Option<u64>,
            #[serde(skip)]
            seen: u32,
        }
    }));
    for attribute in [
        quote::quote!(default = "draw"),
        quote::quote!(skip, default = "draw"),
        quote::quote!(with = "seconds"),
        quote::quote!(deserialize_with = "seconds"),
    ] {
        assert!(!is_shareable(parse_quote! {
            struct Auth {
                user_id: u64,
                #[serde(#attribute)]
                seen: u32,
            }
        }));
    }
    for attribute in [
        quote::quote!(from = "Old"),
        quote::quote!(try_from = "Old"),
        quote::quote!(remote = "Other"),
        quote::quote!(default = "draw"),
    ] {
        assert!(!is_shareable(parse_quote! {
            #[serde(#attribute)]
            struct Auth {
                user_id: u64,
            }
        }));
    }
}

#[test]
fn every_attribute_of_the_struct() {
    let input = parse_quote! {
        #[session(name = "auth", cookie_name = "__Secure-auth", format = "sealed")]
        #[session(idle = "30m", absolute = "none", path = "/app", domain = "example.org")]
        #[session(same_site = "strict", secure = true, http_only = true, partitioned)]
        #[session(priority = "high", max_age = "400d", expires = 1_893_456_000)]
        #[session(version = 2, migrate = "Auth::from_v1", preserve_unknown, checked)]
        #[session(crate = my::runtime)]
        pub(crate) struct Auth {
            user_id: u64,
        }
    };
    expect("struct_attributes.rs", secure_session(&input));
}

#[test]
fn every_attribute_of_a_field() {
    let input = parse_quote! {
        pub struct Auth {
            /// Who.
            #[session(principal, set = "pub(crate)")]
            user_id: Option<u64>,
            #[session(rename = "removed", get = "pub(super)")]
            delete: bool,
            #[session(readonly)]
            since: u64,
            #[session(skip)]
            internal: Internal,
            #[session(copy)]
            role: Role,
            #[session(secret, max_len = 40)]
            token: Option<String>,
            #[session(flash)]
            notice: Option<String>,
            #[session(merge = "add")]
            visits: u32,
            #[serde(flatten)]
            rest: BTreeMap<String, Value>,
        }
    };
    expect("field_attributes.rs", secure_session(&input));
}

#[test]
fn a_getter_for_each_kind_of_type() {
    let input = parse_quote! {
        pub struct Kinds {
            scalar: ::core::primitive::u64,
            maybe_scalar: Option<bool>,
            text: String,
            maybe_text: ::std::option::Option<std::string::String>,
            list: Vec<R>,
            maybe_list: Option<Vec<R>>,
            any: BTreeMap<String, u8>,
            maybe_any: Option<R>,
            r#type: String,
        }
    };
    expect("getters.rs", secure_session(&input));
}

#[test]
fn a_session_for_node() {
    let input = parse_quote! {
        #[session(cookie_name = "prefs", format = "fastify", idle = "365d")]
        struct UserPrefs {
            theme: String,
        }
    };
    expect("fastify.rs", secure_session(&input));
}

#[test]
fn a_registry() {
    let input = parse_quote! {
        pub struct AppSessions {
            pub auth: Config<Auth>,
            pub prefs: session_runtime::Config<prefs::Prefs>,
        }
    };
    expect("registry.rs", session_registry(&input));
}

#[test]
fn a_mistake_leaves_the_accessors() {
    let input = parse_quote! {
        #[session(idel = "30m", crate = my::runtime)]
        struct Auth {
            #[session(merge = "add")]
            user_id: u64,
            delete: bool,
        }
    };
    expect("mistake.rs", secure_session(&input));
}

#[test]
fn another_shape_leaves_the_trait() {
    let input = parse_quote! {
        pub enum Auth {
            None,
        }
    };
    expect("shape.rs", secure_session(&input));
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let input = parse_quote! {
        #[session(idel = "30m", cookie_name = "a b", idle = 30, same_site = "strcit" secure)]
        #[session(name)]
        struct Auth {
            #[session(redonly)]
            delete: bool,
            #[session(max_len = "x", rename = "1")]
            role: u8,
        }
    };
    assert_eq!(mistakes(&input).len(), 9);
}

#[test]
fn a_registry_reads_past_a_field_that_is_none() {
    let input = parse_quote! {
        struct AppSessions {
            auth: Auth,
            prefs: Config<Prefs>,
            again: Config<Prefs>,
        }
    };
    expect("registry_mistakes.rs", session_registry(&input));
}
