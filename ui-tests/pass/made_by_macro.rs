//! A struct that `macro_rules!` makes, of parts that its caller passes in.

use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, Session, SessionRegistry};

macro_rules! session {
    ($name:ident, $cookie:literal, $migrate:path { $($(#[$attr:meta])* $field:ident: $ty:ty),* }) => {
        #[derive(SecureSession, Serialize, Deserialize, Default)]
        #[session(name = $cookie, version = 2, migrate = $migrate, crate = ::session_runtime)]
        pub struct $name {
            $($(#[$attr])* $field: $ty,)*
            own: Vec<u8>,
        }
    };
}

macro_rules! registry {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(SessionRegistry)]
        struct $name { $($field: $ty),* }
    };
}

#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Debug)]
struct Place(u8);

fn migrate(_: u32, _: &str) -> Option<Auth> {
    None
}

session!(Auth, "auth", migrate {
    #[session(principal)] user_id: Option<u64>,
    #[session(max_len = 9)] email: Option<String>,
    roles: Vec<String>,
    #[session(copy)] place: Place,
    #[session(flash)] notice: Option<String>,
    #[session(merge = "add")] visits: u64
});

registry!(AppSessions { auth: Config<Auth> });

fn main() {
    let mut session = Session::detached(Auth::default());
    session.set_user_id(7).set_email("ada").set_place(Place(3)).set_own(vec![1]);
    session.update_roles(|roles| roles.push("admin".to_owned()));
    assert_eq!(session.email(), Some("ada"));
    assert_eq!(session.place(), Place(3));
    assert_eq!(session.take_own(), [1]);
    assert_eq!(session.take_roles(), ["admin"]);
    let _ = |sessions: AppSessions| sessions.auth;
}
