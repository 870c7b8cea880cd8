//! What a field's type looks like. A macro sees names only: a type is taken for what the last
//! segment of its path is called.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// Types that are copied out of a session.
const SCALARS: &[&str] = &[
    "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// The name of a path without arguments: `u64`, `std::string::String`.
pub(crate) fn plain_name(ty: &Type) -> Option<String> {
    let segment = last_segment(ty)?;
    segment
        .arguments
        .is_none()
        .then(|| segment.ident.to_string())
}

/// `T` of `name<T>`.
pub(crate) fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(argument)), None) if segment.ident == name => Some(argument),
        _ => None,
    }
}

pub(crate) fn is_scalar(ty: &Type) -> bool {
    plain_name(ty).is_some_and(|name| SCALARS.contains(&name.as_str()))
}

pub(crate) fn is_string(ty: &Type) -> bool {
    plain_name(ty).is_some_and(|name| name == "String")
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// A type that a `macro_rules!` passed on as `$ty:ty` stands in an invisible group.
fn ungrouped(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn a_type_is_known_by_its_last_segment() {
        assert!(is_string(&parse_quote!(::std::string::String)));
        assert!(!is_string(&parse_quote!(String<u8>)));
        assert!(is_scalar(&parse_quote!((u64))));
        assert!(!is_scalar(&parse_quote!(<T as Trait>::u64)));
        assert!(argument(&parse_quote!(core::option::Option<u8>), "Option").is_some());
        assert!(argument(&parse_quote!(Vec<u8, Alloc>), "Vec").is_none());
    }
}
