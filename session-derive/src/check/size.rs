//! How long a cookie can get, where every field has a bound.

use crate::{
    attr::container::Format,
    ctxt::Ctxt,
    model::{Field, Session},
    types,
};

/// Bytes of name and value that browsers keep (RFC 6265bis, 5.6).
const KEPT: usize = 4096;

/// More than this is not counted, so that no sum overflows.
const ABSURD: usize = 1 << 20;

pub(crate) fn check(cx: &Ctxt, session: &Session<'_>) {
    let Some(size) = worst_case(session).filter(|size| *size > KEPT) else {
        return;
    };
    let message = format!(
        "session `{}` can take {size} bytes as a cookie and browsers keep {KEPT}, \
         lower `max_len` of {}",
        session.name.value,
        largest(session)
    );
    cx.error(session.ident.span(), message);
}

/// The three fields that can take most, and how much.
fn largest(session: &Session<'_>) -> String {
    let mut bounds: Vec<_> = session
        .fields
        .iter()
        .filter(|field| field.attr.max_len.is_some())
        .filter_map(|field| Some((value(field)?, field.ident)))
        .collect();
    bounds.sort_by_key(|(bound, _)| std::cmp::Reverse(*bound));
    let names = bounds
        .iter()
        .take(3)
        .map(|(bound, ident)| format!("`{ident}` ({bound})"));
    names.collect::<Vec<_>>().join(", ")
}

/// Bytes of the cookie's name and value at most. `None`: a field has no bound.
fn worst_case(session: &Session<'_>) -> Option<usize> {
    if session.serde.reshapes
        || session
            .attr
            .preserve_unknown
            .as_ref()
            .is_some_and(|p| p.value)
    {
        return None;
    }
    let written = session.fields.iter().filter(|field| !field.serde.skipped);
    let members: Option<Vec<usize>> = written.map(member).collect();
    let members = members?;
    let commas = members.len().saturating_sub(1);
    let object = "{}".len() + commas + members.iter().sum::<usize>();
    let value = match session.format {
        Format::Sealed => {
            let version = session.attr.version.as_ref().map_or(1, |v| v.value);
            sealed(object + authenticated(session), version)
        }
        Format::Fastify => fastify(object),
    };
    Some(session.cookie_name.value.len() + value)
}

/// base64url of version, key id, nonce, tag and envelope.
fn sealed(object: usize, version: u32) -> usize {
    let empty = r#"{"id":"","iat":,"ts":,"v":,"ep":,"max_age":34560000,"d":}"#.len();
    let digits = version.to_string().len();
    let envelope = empty + 22 + 13 + 13 + digits + 20 + object;
    ((1 + 4 + 24 + 16 + envelope) * 4).div_ceil(3)
}

/// When somebody signed in.
fn authenticated(session: &Session<'_>) -> usize {
    let mut fields = session.fields.iter();
    let has_principal = fields.any(|field| field.attr.principal.is_some());
    if has_principal {
        r#","auth_time":"#.len() + 13
    } else {
        0
    }
}

/// What the value is expected to take. Of random base64, one letter in 32 is `+` or `/`, which
/// percent-encoding makes three: no more than that is foreseen here, so that nobody is refused for
/// a cookie that one in a billion would be. The true length is measured when it is written.
fn fastify(object: usize) -> usize {
    let time = r#","__ts":1700000000"#.len();
    (object + time + 16).div_ceil(3) * 4 * 17 / 16 + 64
}

/// `"name":value`
fn member(field: &Field<'_>) -> Option<usize> {
    if field.serde.flattened || field.serde.reshapes {
        return None;
    }
    // `rename_all` moves capitals and separators about, and never lengthens a name.
    let name = json_string(&field.wire_name());
    Some(name + ":".len() + value(field)?)
}

/// Bytes of the field's JSON.
fn value(field: &Field<'_>) -> Option<usize> {
    let inner = types::argument(field.ty, "Option");
    let ty = inner.unwrap_or(field.ty);
    let max_len = field.attr.max_len.as_ref().map(|max_len| max_len.value);
    let quotes = if types::argument(ty, "Vec").is_some() {
        0
    } else {
        2
    };
    let bound = scalar(ty).or_else(|| max_len.map(|bytes| bytes.min(ABSURD) + quotes))?;
    Some(if inner.is_some() {
        bound.max("null".len())
    } else {
        bound
    })
}

/// The longest JSON of a number, `bool` or `char`.
fn scalar(ty: &syn::Type) -> Option<usize> {
    Some(match types::plain_name(ty)?.as_str() {
        "u8" => 3,
        "i8" => 4,
        "u16" | "bool" => 5,
        "i16" => 6,
        // `"\u0000"`
        "char" => 8,
        "u32" => 10,
        "i32" => 11,
        // -1.1754944e-38
        "f32" => 16,
        "u64" | "i64" | "usize" | "isize" => 20,
        // -2.2250738585072014e-308
        "f64" => 24,
        "u128" => 39,
        "i128" => 40,
        _ => return None,
    })
}

/// Bytes of a name in quotes, escaped.
fn json_string(text: &str) -> usize {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf8(),
    });
    "\"\"".len() + escaped.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::*;

    fn worst_case_of(input: &DeriveInput) -> Option<usize> {
        let cx = Ctxt::new();
        let size = worst_case(&Session::read(&cx, input).expect("a struct"));
        cx.check().expect("no mistakes");
        size
    }

    #[test]
    fn d17_a_sealed_cookie_is_counted_to_the_byte() {
        let input = parse_quote! {
            #[session(name = "auth")]
            struct Auth { user_id: Option<u64>, #[session(max_len = 100)] email: String }
        };
        let object = r#"{"user_id":,"email":}"#.len() + 20 + 102;
        // The longest that browsers keep a cookie, which a handler may ask for.
        let envelope = r#"{"id":"","iat":,"ts":,"v":,"ep":,"max_age":34560000,"d":}"#.len();
        let envelope = envelope + 22 + 13 + 13 + 1 + 20;
        let bytes = 1 + 4 + 24 + 16 + envelope + object;
        let letters = bytes / 3 * 4 + [0, 2, 3][bytes % 3];
        assert_eq!(worst_case_of(&input), Some("__Host-auth".len() + letters));
    }

    #[test]
    fn one_field_without_a_bound_leaves_the_size_open() {
        for field in [
            quote::quote!(x: String),
            quote::quote!(x: Vec<u8>),
            quote::quote!(#[serde(flatten)] x: u8),
            quote::quote!(#[serde(with = "hex")] x: u8),
            quote::quote!(#[serde(serialize_with = "hex")] x: u8),
        ] {
            assert_eq!(
                worst_case_of(&parse_quote! { struct Auth { a: u8, #field } }),
                None
            );
        }
    }

    #[test]
    fn a_field_that_is_not_written_takes_nothing() {
        let bare = worst_case_of(&parse_quote! { struct Auth { a: u8 } });
        let skipped = parse_quote! { struct Auth { a: u8, #[serde(skip)] x: String } };
        assert_eq!(worst_case_of(&skipped), bare);
        assert!(bare.is_some());
    }

    #[test]
    fn names_on_the_wire_are_counted() {
        let short = worst_case_of(&parse_quote! { struct Auth { a: u64 } });
        let long = worst_case_of(&parse_quote! {
            struct Auth { #[serde(rename = "aaaaaaa")] a: u64 }
        });
        assert_eq!(long.zip(short).map(|(long, short)| long - short), Some(8));
    }
}
