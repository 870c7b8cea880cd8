//! What is read here is what the general way reads.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::*, *};
use crate::FastifyPolicy;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: u8,
    signed: i64,
    large: u64,
    fraction: f64,
    letter: char,
    text: String,
    maybe: Option<String>,
    number: Option<u32>,
    #[serde(default)]
    defaulted: u16,
    #[serde(rename = "called otherwise", alias = "alias")]
    renamed: u8,
    #[serde(skip)]
    skipped: u8,
    list: Vec<String>,
    pair: (u8, String),
    array: [i8; 3],
    kind: Kind,
    kinds: Vec<Kind>,
    inner: Inner,
    wrapped: Wrapped,
    map: BTreeMap<String, u8>,
    any: Value,
    unit: (),
    #[serde(with = "doubled")]
    by_hand: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Inner {
    a: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    b: Vec<u8>,
    c: Option<Box<Self>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Wrapped(u64);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    #[default]
    NoData,
    OneValue(u8),
    SomeFields {
        x: String,
    },
}

mod doubled {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(super) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        (u64::from(*value) * 2).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let doubled = u64::deserialize(deserializer)?;
        u32::try_from(doubled / 2).map_err(D::Error::custom)
    }
}

impl Content for Everything {
    fn version(&self) -> u32 {
        3
    }

    fn reading(version: u32) -> Reading {
        match version {
            3 => Reading::Direct,
            ..3 => Reading::Migration,
            4.. => Reading::Refused,
        }
    }

    fn migrate(_: u32, _: &str) -> Option<Self> {
        None
    }
}

const FORMATS: [Format; 3] = [Format::Sealed, Format::Fastify, Format::HattipSigned];

fn rules(format: Format) -> Rules {
    Rules {
        format,
        preserve_unknown: false,
        policy: FastifyPolicy::STRICT,
    }
}

/// Of a format that has no way of its own, as in every other.
fn with_care(json: &[u8], format: Format) -> Result<Decoded<Everything>, Reason> {
    match format {
        Format::Sealed => enveloped::decode_with_care(json, rules(format)),
        Format::Fastify => flat::decode_with_care(json, rules(format)),
        _ => {
            let (data, findings) = flat::read_as_node(json, rules(format))?;
            Ok(Decoded {
                data,
                envelope: Envelope::default(),
                unknown: findings.unknown,
            })
        }
    }
}

fn is_canonical(json: &[u8], format: Format) -> bool {
    match format {
        Format::Sealed => enveloped::<Everything>(json).is_some(),
        Format::Fastify => flat::<Everything>(json).is_some(),
        _ => bare::<Everything>(json).is_some(),
    }
}

fn agree(json: &[u8], format: Format) {
    let read = decode::<Everything>(json, rules(format));
    let general = with_care(json, format);
    let text = String::from_utf8_lossy(json);
    match (read, general) {
        (Ok(read), Ok(general)) => {
            assert_eq!(read.data, general.data, "{text}");
            assert_eq!(read.envelope, general.envelope, "{text}");
        }
        (Err(read), Err(general)) => assert_eq!(read, general, "{text}"),
        (Ok(_), Err(general)) => panic!("refused as {general:?} by the general way: {text}"),
        (Err(read), Ok(_)) => panic!("refused as {read:?}: {text}"),
    }
}

fn written(data: &Everything, envelope: &Envelope, format: Format) -> Vec<u8> {
    encode(data, envelope, &Unknown::default(), format).unwrap()
}

fn envelope(format: Format) -> Envelope {
    let mut envelope = Envelope {
        id: Some([7; ID_LENGTH]),
        created: Some(1_790_000_000_123),
        authenticated: (format == Format::Sealed).then_some(1_790_000_000_900),
        lifetime: (format == Format::Sealed).then_some(2_592_000),
        ..Envelope::default()
    };
    envelope.touch(1_790_000_001_000, format);
    envelope
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[a-z]{0,40}", r#"["\\/\n\u{1}é😀]{0,6}"#]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(texts(), inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::NoData),
        any::<u8>().prop_map(Kind::OneValue),
        texts().prop_map(|x| Kind::SomeFields { x }),
    ]
}

fn inners() -> impl Strategy<Value = Inner> {
    let leaf = (any::<Option<u8>>(), any::<Vec<u8>>()).prop_map(|(a, b)| Inner { a, b, c: None });
    leaf.prop_recursive(3, 3, 1, |inner| {
        (any::<Option<u8>>(), inner).prop_map(|(a, c)| Inner {
            a,
            b: Vec::new(),
            c: Some(Box::new(c)),
        })
    })
}

fn sessions() -> impl Strategy<Value = Everything> {
    let numbers = (
        any::<bool>(),
        any::<(u8, i64, u64)>(),
        -1e300..1e300,
        any::<(Option<u32>, u16, u8, [i8; 3], u32)>(),
    );
    let strings = (
        any::<char>(),
        texts(),
        proptest::option::of(texts()),
        proptest::collection::vec(texts(), 0..4),
        (any::<u8>(), texts()),
        proptest::collection::btree_map(texts(), any::<u8>(), 0..3),
    );
    let types = (
        kinds(),
        proptest::collection::vec(kinds(), 0..3),
        inners(),
        any::<u64>(),
        values(),
    );
    (numbers, strings, types).prop_map(|(numbers, strings, types)| {
        let (flag, (small, signed, large), fraction, more) = numbers;
        let (number, defaulted, renamed, array, by_hand) = more;
        let (letter, text, maybe, list, pair, map) = strings;
        let (kind, kinds, inner, wrapped, any) = types;
        Everything {
            flag,
            small,
            signed,
            large,
            fraction,
            letter,
            text,
            maybe,
            number,
            defaulted,
            renamed,
            skipped: 0,
            list,
            pair,
            array,
            kind,
            kinds,
            inner,
            wrapped: Wrapped(wrapped),
            map,
            any,
            unit: (),
            by_hand,
        }
    })
}

#[test]
fn what_this_library_writes_is_canonical() {
    let data = Everything {
        signed: -1,
        fraction: 0.5,
        text: "plain".to_owned(),
        maybe: Some("\"escaped\"\n".to_owned()),
        ..Everything::default()
    };
    for format in FORMATS {
        assert!(is_canonical(
            &written(&data, &envelope(format), format),
            format
        ));
    }
}

/// Cookies and records outlive a release.
#[test]
fn what_is_not_noted_is_not_written() {
    let (data, sealed) = (Everything::default(), Format::Sealed);
    let fields = serde_json::to_string(&data).unwrap();
    let head = r#"{"id":"BwcHBwcHBwcHBwcHBwcHBw","iat":1790000000123,"ts":1790000001000,"v":3"#;
    let noted = written(&data, &envelope(sealed), sealed);
    let expected =
        format!("{head},\"auth_time\":1790000000900,\"max_age\":2592000,\"d\":{fields}}}");
    assert_eq!(String::from_utf8(noted).unwrap(), expected);
    let unnoted = Envelope {
        authenticated: None,
        lifetime: None,
        ..envelope(sealed)
    };
    let unnoted = written(&data, &unnoted, sealed);
    assert!(is_canonical(&unnoted, sealed));
    assert_eq!(
        String::from_utf8(unnoted).unwrap(),
        format!("{head},\"d\":{fields}}}")
    );
}

#[test]
fn a_record_is_read_behind_its_cookie() {
    let mut text = br#"{"cookie":{"path":"/"},"#.to_vec();
    let data = Everything::default();
    text.extend_from_slice(&serde_json::to_vec(&data).unwrap()[1..]);
    let (cookie, read) = record::<Everything>(&text).unwrap();
    assert_eq!((cookie, read), (r#"{"path":"/"}"#, data));
    for bad in [
        r#"{"cookie":{},}"#,
        r#"{"cookie":{}"#,
        r#"{"cookie":{}} "#,
        r#"{"cookie":,}"#,
    ] {
        assert!(record::<Everything>(bad.as_bytes()).is_none(), "{bad}");
    }
}

/// A text as deep as the general way reads is left to it: it alone knows how deep that is.
#[test]
fn many_brackets_are_read_with_care() {
    for depth in [99, 100, 120, 126, 127, 128, 150] {
        let any = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let json = serde_json::to_string(&Everything::default()).unwrap();
        let json = json.replace("\"any\":null", &format!("\"any\":{any}"));
        assert!(json.contains(&any));
        agree(json.as_bytes(), Format::HattipSigned);
        assert_eq!(
            is_canonical(json.as_bytes(), Format::HattipSigned),
            depth < 100
        );
    }
}

/// A type that holds itself is as deep as its text, whoever reads it.
#[test]
fn many_levels_of_a_type_are_read_with_care() {
    for depth in [97, 98, 99, 120, 123, 126, 128, 150] {
        let inner = (0..depth).fold("null".to_owned(), |inner, _| {
            format!("{{\"a\":null,\"c\":{inner}}}")
        });
        let json = serde_json::to_string(&Everything::default()).unwrap();
        let default = "\"inner\":{\"a\":null,\"c\":null}";
        assert!(json.contains(default));
        let json = json.replace(default, &format!("\"inner\":{inner}"));
        agree(json.as_bytes(), Format::HattipSigned);
        assert_eq!(
            is_canonical(json.as_bytes(), Format::HattipSigned),
            depth < 100
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_session_is_read_as_by_the_general_way(data in sessions()) {
        for format in FORMATS {
            let json = written(&data, &envelope(format), format);
            agree(&json, format);
            let read = decode::<Everything>(&json, rules(format)).ok().unwrap();
            prop_assert_eq!(&read.data, &data);
        }
    }

    /// Pieces of JSON that mean something, and bytes that do not, in every place.
    #[test]
    fn any_other_text_is_read_as_by_the_general_way(
        data in sessions(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..6_usize, pieces()), 1..4),
    ) {
        for format in FORMATS {
            let mut json = written(&data, &envelope(format), format);
            for (place, length, piece) in &edits {
                let from = place.index(json.len() + 1);
                let to = (from + length).min(json.len());
                json.splice(from..to, piece.iter().copied());
                if json.is_empty() {
                    json.push(b'{');
                }
                agree(&json, format);
            }
        }
    }
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "",
        ",",
        ",,",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ":",
        " ",
        "\t",
        "null",
        "true",
        "0",
        "00",
        "1",
        "-1",
        "-0",
        "1.0",
        "1e3",
        "\"small\":1,",
        "\"alias\":2,",
        "\"unknown\":[1,{}],",
        "\"__ts\":1,",
        "\"ep\":3",
        "\"auth_time\":4",
        "\"max_age\":5",
        "\"max_age\":4294967296",
        "\"v\":2",
        "18446744073709551616",
        "\\u0041",
        "\u{7f}",
        "é",
    ]);
    prop_oneof![
        known.prop_map(|piece| piece.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..3),
    ]
}
