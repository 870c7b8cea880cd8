//! The Cookie header, as it comes in.
//!
//! Not read with the `cookie` crate's parser, which decodes names as well as values, so that `%73`
//! is taken for `s`, strips quotes that are part of a value, and drops a whole header that is not
//! UTF-8. A cookie shared with Node is read here exactly as Node's `cookie` package reads it, and
//! a value is decoded by its format, or not at all.

use http::{HeaderMap, header::COOKIE};

/// The values of every cookie called `name`, in the order in which the client sent them.
///
/// Several header fields count as one (RFC 6265bis, 5.8.3; HTTP/2 clients split the header to
/// compress it). Names are compared byte for byte: a prefix such as `__Host-` protects only in the
/// spelling that the browser enforces.
pub(crate) fn candidates<'a>(
    headers: &'a HeaderMap,
    name: &'a str,
) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|field| values_in(field.as_bytes(), name))
}

/// The values of every cookie called `name` in one header field.
pub(crate) fn values_in<'a>(field: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(field);
    let pairs = std::iter::from_fn(move || {
        let field = rest.take()?;
        let Some(end) = memchr::memchr(b';', field) else {
            return Some(field);
        };
        let (pair, behind) = field.split_at_checked(end)?;
        rest = behind.get(1..);
        Some(pair)
    });
    pairs.filter_map(move |pair| value_of(pair, name.as_bytes()))
}

/// The value, if this pair has that name. A pair without `=` has no name, and is nobody's.
fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    // Most pairs are of another name, and need not be read to their `=`. No name has one in it, or
    // white space.
    let behind = trim_start(pair).strip_prefix(name)?;
    Some(trim(trim_start(behind).strip_prefix(b"=")?))
}

fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Without spaces and tabs around it. No other white space is ever trimmed.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(fields: &[&[u8]]) -> HeaderMap {
        let values = fields
            .iter()
            .map(|field| HeaderValue::from_bytes(field).unwrap());
        values.map(|value| (COOKIE, value)).collect()
    }

    fn found(fields: &[&[u8]], name: &str) -> Vec<Vec<u8>> {
        candidates(&headers(fields), name)
            .map(<[u8]>::to_vec)
            .collect()
    }

    #[test]
    fn the_first_value_is_the_one_that_node_takes() {
        let file = include_str!("../../../tests/interop/vectors/codec.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        let parsing = vectors
            .iter()
            .filter(|vector| vector["kind"] == "cookie-header-parse");
        for vector in parsing.clone() {
            let header = vector["cookie_header"].as_str().unwrap().as_bytes();
            let values = found(&[header], vector["name"].as_str().unwrap());
            let expected = vector["expect"]["cookie@2.0.2"].as_str().map(str::as_bytes);
            assert_eq!(
                values.first().map(Vec::as_slice),
                expected,
                "{}",
                vector["id"]
            );
        }
        assert_eq!(parsing.count(), 11);
    }

    #[test]
    fn d19_several_header_fields_are_one() {
        let split: &[&[u8]] = &[b"a=1", b"s=2; b=3", b"s=4"];
        assert_eq!(found(split, "s"), found(&[b"a=1; s=2; b=3; s=4"], "s"));
        assert_eq!(found(split, "s"), [b"2", b"4"]);
    }

    #[test]
    fn d20_every_cookie_of_the_name_is_found_in_order() {
        assert_eq!(found(&[b"s=1; s=; t=9; s=2"], "s"), [&b"1"[..], b"", b"2"]);
    }

    #[test]
    fn d16_names_are_compared_byte_for_byte() {
        let header: &[&[u8]] = &[b"__HOST-sid=1; __host-sid=2; %5F_Host-sid=3; __Host-sid2=4"];
        assert!(found(header, "__Host-sid").is_empty());
    }

    #[test]
    fn only_spaces_and_tabs_are_trimmed() {
        assert_eq!(found(&[b" \ts\t = \t a b \t "], "s"), [b"a b"]);
        assert_eq!(found(&[b"s=\xc2\xa0x\xa0"], "s"), [b"\xc2\xa0x\xa0"]);
    }

    #[test]
    fn a_name_without_equals_is_nobodys_and_the_first_equals_counts() {
        assert!(found(&[b"s; ;; ="], "s").is_empty());
        assert_eq!(found(&[b"t=s=1; s==="], "s"), [b"=="]);
        assert!(found(&[], "s").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_header_is_read_without_a_panic(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b's'), Just(b'='), Just(b';'), Just(b' '), Just(b'\t'), 0x80..=0xff_u8],
                0..64,
            ),
        ) {
            for value in found(&[&bytes], "s") {
                prop_assert!(!value.contains(&b';'));
                prop_assert_eq!(trim(&value), value.as_slice());
            }
        }
    }
}
