//! Code that serves any session, by the tokens of its fields.

use serde::{Deserialize, Serialize};
use session_runtime::{Field, FieldSet, IntoField, SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    #[session(readonly)]
    since: u64,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
}

fn replace<T: SecureSession, V: Clone>(
    session: &mut Session<T>,
    field: Field<T, V>,
    value: impl IntoField<V>,
) -> V {
    let before = session.get(field).clone();
    session.set(field, value);
    before
}

fn changed<T: SecureSession>(session: &Session<T>) -> Vec<&'static str> {
    session.meta().changed_fields().names().collect()
}

const KEPT: Field<Auth, Option<u64>> = Auth::USER_ID;

fn main() {
    let mut auth = Session::detached(Auth::default());
    assert_eq!(replace(&mut auth, Auth::EMAIL, "ada@example.org"), None);
    assert_eq!(replace(&mut auth, KEPT, 7), None);
    assert_eq!(changed(&auth), ["user_id", "email"]);
    assert_eq!(*auth.get(Auth::SINCE), 0);
    let kept: FieldSet<Auth> = Auth::USER_ID | Auth::EMAIL | Auth::SINCE;
    auth.regenerate_keep(kept);
    assert_eq!(auth.email(), Some("ada@example.org"));

    let mut prefs = Session::detached(Prefs::default());
    assert_eq!(replace(&mut prefs, Prefs::THEME, "dark"), "");
    assert_eq!(Prefs::THEME.name(), "theme");
}
