use auth::Auth;
use session_runtime::Session;

mod auth {
    use serde::{Deserialize, Serialize};
    use session_runtime::SecureSession;

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    pub struct Auth {
        #[session(get = "pub(self)")]
        user_id: Option<u64>,
        email: Option<String>,
    }
}

fn me(session: Session<Auth>) -> Option<u64> {
    *session.get(Auth::USER_ID)
}

fn main() {}
