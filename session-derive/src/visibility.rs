//! Which of two visibilities reaches less far.

use quote::ToTokens;
use syn::Visibility;

/// `pub`, where it would reach further than the struct, reaches as far as the struct.
pub(crate) fn capped(written: Option<&Visibility>, of_struct: &Visibility) -> Visibility {
    match written {
        None | Some(Visibility::Public(_)) => of_struct.clone(),
        Some(other) => other.clone(),
    }
}

pub(crate) fn narrower(a: Visibility, b: &Visibility) -> Visibility {
    if same(&a, b) {
        return a;
    }
    match (reach(&a), reach(b)) {
        (Reach::Everywhere, _) => b.clone(),
        (_, Reach::Everywhere) => a,
        (Reach::Crate, _) => b.clone(),
        (_, Reach::Crate) => a,
        // Of `super` and two different `in` paths, only the module tree knows which is narrower.
        _ => Visibility::Inherited,
    }
}

enum Reach {
    Everywhere,
    Crate,
    Within,
}

fn reach(visibility: &Visibility) -> Reach {
    match visibility {
        Visibility::Public(_) => Reach::Everywhere,
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => Reach::Crate,
        _ => Reach::Within,
    }
}

fn same(a: &Visibility, b: &Visibility) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::*;

    fn narrower_of(a: &str, b: &str) -> String {
        let parse = |text| parse_str::<Visibility>(text).expect("a visibility");
        narrower(parse(a), &parse(b))
            .to_token_stream()
            .to_string()
            .replace(' ', "")
    }

    #[test]
    fn the_narrower_visibility_is_found_in_either_order() {
        for (a, b, expected) in [
            ("pub", "pub(crate)", "pub(crate)"),
            ("pub(crate)", "pub(super)", "pub(super)"),
            ("pub(super)", "pub(super)", "pub(super)"),
            ("pub(super)", "pub(self)", ""),
            ("pub(in crate)", "pub(in crate::a)", "pub(incrate::a)"),
            ("pub(in crate::a)", "pub(in crate::b)", ""),
            ("pub", "", ""),
        ] {
            assert_eq!(narrower_of(a, b), expected, "{a} and {b}");
            assert_eq!(narrower_of(b, a), expected, "{b} and {a}");
        }
    }
}
