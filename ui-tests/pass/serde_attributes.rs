//! serde's attributes keep their meaning, and accessors their names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Auth {
    user_id: Option<u64>,
    #[serde(rename = "mail", alias = "email", skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(rename(serialize = "r", deserialize = "roles"))]
    roles: Vec<String>,
    #[serde(skip)]
    cache: u64,
    #[serde(with = "as_text")]
    visits: u64,
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(visits: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(visits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "open")]
struct Open {
    user_id: Option<u64>,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

fn main() {
    let mut auth = Session::detached(Auth::default());
    auth.set_user_id(7).set_visits(3).set_cache(9).set_roles(vec!["admin".to_owned()]);
    assert_eq!(
        serde_json::to_string(auth.data()).unwrap(),
        r#"{"userId":7,"r":["admin"],"visits":"3"}"#
    );
    assert_eq!(auth.cache(), 9);

    let mut open = Session::detached(Open::default());
    open.update(|open| open.rest.insert("theme".to_owned(), "dark".to_owned()));
    assert_eq!(serde_json::to_string(open.data()).unwrap(), r#"{"user_id":null,"theme":"dark"}"#);
}
