use std::time::Duration;

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session, require_fresh};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {
    let minute = Duration::from_secs(60);
    let _ = require_fresh::<Auth>(minute);
    let mut session = Session::detached(Auth::default());
    let _ = session.meta().is_fresh(minute);
    session.reauthenticate();
}
