//! Structs that change between deployments, and serde's attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use session_runtime::{
    Config, OpenError, Reason, SecureSession, Session, SessionRegistry, Sessions, Unmounted,
};
use tests::key;

/// A registry of one session, for any type.
struct Only<T: SecureSession>(Config<T>);

impl<T: SecureSession> SessionRegistry for Only<T> {
    fn __register(self, entries: &mut session_runtime::__private::Entries) {
        entries.add(self.0);
    }
}

fn sessions<T: SecureSession>(configure: impl FnOnce(Config<T>) -> Config<T>) -> Sessions {
    Unmounted::new(Only(configure(Config::new(key(1)))))
        .unwrap()
        .codec()
}

/// What the fields of `A` become for `B`, sealed under one session name.
fn across<A: SecureSession, B: SecureSession>(data: A) -> Result<Session<B>, OpenError> {
    let old = sessions::<A>(|config| config);
    let value = old.encode(&old.create(data)).unwrap();
    sessions::<B>(|config| config).decode(&value)
}

#[derive(SecureSession, Serialize, Deserialize, Default, Clone)]
#[session(name = "s")]
struct V1 {
    user_id: Option<u64>,
    theme: String,
}

fn v1() -> V1 {
    V1 {
        user_id: Some(7),
        theme: "dark".into(),
    }
}

#[derive(SecureSession, Serialize, Deserialize)]
#[session(name = "s")]
struct Grown {
    user_id: Option<u64>,
    level: u8,
    roles: Vec<String>,
    #[serde(skip)]
    cache: Option<u64>,
}

impl Default for Grown {
    fn default() -> Self {
        Self {
            user_id: Some(1),
            level: 3,
            roles: vec!["guest".into()],
            cache: Some(5),
        }
    }
}

#[test]
fn new_fields_take_their_default_and_removed_ones_are_dropped() {
    let session = across::<V1, Grown>(v1()).unwrap();
    assert_eq!(
        (session.user_id(), session.level(), session.roles()),
        (Some(7), 3, &["guest".to_owned()][..])
    );
}

#[test]
fn an_absent_option_is_none_whatever_the_default_says() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s")]
    struct Nothing {
        theme: String,
    }
    let session = across::<Nothing, Grown>(Nothing::default()).unwrap();
    assert_eq!((session.user_id(), session.level()), (None, 3));
}

#[test]
fn renamed_fields_are_found_by_name_and_alias() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s")]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Renamed {
        #[serde(alias = "user_id")]
        user_id: Option<u64>,
        #[serde(rename = "th", alias = "theme")]
        theme: String,
        added_later: u8,
    }
    let session = across::<V1, Renamed>(v1()).unwrap();
    assert_eq!((session.user_id(), session.theme()), (Some(7), "dark"));
    let again = across::<Renamed, Renamed>(Renamed {
        added_later: 9,
        ..Renamed::default()
    })
    .unwrap();
    assert_eq!(again.added_later(), 9);
}

#[test]
fn d30_a_field_of_another_type_is_a_schema_mismatch() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s")]
    struct Retyped {
        user_id: Vec<String>,
    }
    assert_eq!(
        across::<V1, Retyped>(v1()).unwrap_err().reason(),
        Reason::SchemaMismatch
    );
}

fn migrate(from: u32, fields: &str) -> Option<V3> {
    let old: Value = serde_json::from_str(fields).ok()?;
    Some(V3 {
        user: format!("{from}:{}", old.get("user_id")?),
    })
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "s", version = 3, migrate = migrate)]
struct V3 {
    user: String,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "s", version = 2)]
struct V2 {
    user: String,
}

#[test]
fn o22_an_older_version_is_migrated_or_given_up() {
    assert_eq!(across::<V1, V3>(v1()).unwrap().user(), "1:7");
    // V2 has no migration, and V3's cannot use what V2 wrote.
    assert_eq!(
        across::<V1, V2>(v1()).unwrap_err().reason(),
        Reason::SchemaMismatch
    );
    let refused = across::<V2, V3>(V2::default()).unwrap_err();
    assert_eq!(refused.reason(), Reason::SchemaMismatch);
}

#[test]
fn o22_a_newer_version_is_not_guessed_at() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s", version = 4)]
    struct V4 {
        user_id: u64,
    }
    // V3's migration could read these fields, but is for older ones.
    let refused = across::<V4, V3>(V4::default()).unwrap_err();
    assert_eq!(refused.reason(), Reason::SchemaMismatch);
}

#[test]
fn unknown_fields_are_kept_where_asked_for_and_gone_after_regenerate() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s", preserve_unknown)]
    struct Part {
        user_id: Option<u64>,
    }
    let part = sessions::<Part>(|config| config);
    let whole = sessions::<V1>(|config| config);
    let value = whole.encode(&whole.create(v1())).unwrap();

    let mut session = part.decode::<Part>(&value).unwrap();
    session.set_user_id(8);
    let back = whole.decode::<V1>(&part.encode(&session).unwrap()).unwrap();
    assert_eq!((back.user_id(), back.theme()), (Some(8), "dark"));

    session.regenerate();
    let back = whole.decode::<V1>(&part.encode(&session).unwrap()).unwrap();
    assert_eq!((back.user_id(), back.theme()), (None, ""));

    let dropping = sessions::<Part>(|config| config.preserve_unknown(false));
    let session = dropping.decode::<Part>(&value).unwrap();
    let back = whole
        .decode::<V1>(&dropping.encode(&session).unwrap())
        .unwrap();
    assert_eq!((back.user_id(), back.theme()), (Some(7), ""));
}

/// Every shape serde has, as a field, through a round trip.
fn round_trip<T: SecureSession + PartialEq + std::fmt::Debug + DeserializeOwned>(
    make: impl Fn() -> T,
) {
    let sessions = sessions::<T>(|config| config);
    let value = sessions.encode(&sessions.create(make())).unwrap();
    assert_eq!(sessions.decode::<T>(&value).unwrap().data(), &make());
}

#[test]
fn fields_of_every_shape_come_back() {
    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    enum Kind {
        #[default]
        Unit,
        Tuple(u8, String),
        Struct {
            x: i64,
        },
    }
    #[derive(SecureSession, Serialize, Deserialize, Default, Debug, PartialEq)]
    #[session(name = "s")]
    struct Shapes {
        kinds: Vec<Kind>,
        map: BTreeMap<String, Option<f64>>,
        tuple: (u8, char),
        nested: Option<Box<Kind>>,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        maybe: Vec<u8>,
        unit: (),
    }
    round_trip(|| Shapes {
        kinds: vec![
            Kind::Unit,
            Kind::Tuple(1, "\u{2028}\"".into()),
            Kind::Struct { x: i64::MIN },
        ],
        map: BTreeMap::from([("a\n".into(), Some(1e300)), (String::new(), None)]),
        tuple: (255, '日'),
        nested: Some(Box::new(Kind::Struct { x: -1 })),
        ..Shapes::default()
    });
}

#[test]
fn a_flattened_map_takes_any_key() {
    #[derive(SecureSession, Serialize, Deserialize, Default, Debug, PartialEq)]
    #[session(name = "s")]
    struct Open {
        n: u8,
        #[session(skip)]
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    round_trip(|| Open {
        n: 1,
        rest: BTreeMap::from([("id".into(), json!(1)), ("d".into(), json!({"x": [null]}))]),
    });
}

#[test]
fn what_json_cannot_hold_is_an_error_and_not_a_cookie() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "s")]
    struct Unwritable {
        map: BTreeMap<(u8, u8), u8>,
    }
    let sessions = sessions::<Unwritable>(|config| config);
    let session = sessions.create(Unwritable {
        map: BTreeMap::from([((1, 2), 3)]),
    });
    let error = sessions.encode(&session).unwrap_err();
    assert_eq!(error, session_runtime::SealError::Unserializable);
}

/// What a handler sees of a session that says `theme`, where the application asks for more than
/// the struct does.
async fn seen_of(config: Config<V1>, theme: &str) -> String {
    let router = Unmounted::new(Only(config)).unwrap().mount(|_| {
        let write = async |axum::extract::Path(theme): axum::extract::Path<String>,
                           mut session: Session<V1>| {
            session.set_theme(theme);
        };
        let read = async |session: Session<V1>| match session.meta().reason() {
            Some(reason) => format!("{reason:?}"),
            None => session.theme().to_owned(),
        };
        axum::Router::new()
            .route("/write/{theme}", axum::routing::get(write))
            .route("/read", axum::routing::get(read))
    });
    let mut client = tests::Client::new(router);
    client.get(&format!("/write/{theme}")).await;
    client.get("/read").await.text()
}

#[tokio::test]
async fn data_that_the_application_refuses_are_a_fresh_session_wherever_they_live() {
    let is_known = |data: &V1| ["light", "dark"].contains(&&*data.theme);
    let homes: [fn() -> Config<V1>; 2] = [
        || Config::new(key(1)),
        || Config::stored(session_runtime::store::MemoryStore::new()),
    ];
    for home in homes {
        let validated = || home().validate(is_known);
        assert_eq!(seen_of(validated(), "dark").await, "dark");
        assert_eq!(seen_of(validated(), "pink").await, "SchemaMismatch");
        assert_eq!(seen_of(home(), "pink").await, "pink");
    }
}
