//! A field that is configured away has no accessor, no token and no bit.

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[cfg(any())]
    #[session(principal)]
    gone: NoSuchType,
    #[cfg(not(any()))]
    user_id: Option<u64>,
    #[cfg_attr(not(any()), session(rename = "address"))]
    email: Option<String>,
}

fn main() {
    let mut session = Session::detached(Auth::default());
    session.set_user_id(7).set_address("ada@example.org");
    assert_eq!(session.address(), Some("ada@example.org"));
    let names: Vec<_> = Auth::FIELDS.iter().map(|field| field.name()).collect();
    assert_eq!(names, ["user_id", "address"]);
}
