use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

use session_runtime::Session;

// Four mistakes, four errors, and none where the session is used.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(idel = "30m", same_site = "sometimes", max_age = "1y")]
struct Auth {
    #[session(redonly)]
    user_id: Option<u64>,
    email: Option<String>,
}

fn handler(mut session: Session<Auth>) {
    session.set_user_id(7).set_email("ada@example.org").clear_email();
    session.regenerate_keep(Auth::USER_ID | Auth::EMAIL);
}

fn main() {}
