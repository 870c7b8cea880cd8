use auth::Auth;
use session_runtime::Session;

mod auth {
    use serde::{Deserialize, Serialize};
    use session_runtime::SecureSession;

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    pub struct Auth {
        #[session(set = "pub(self)")]
        user_id: Option<u64>,
        email: Option<String>,
    }
}

fn login(mut session: Session<Auth>) {
    *session.edit() = Auth::default();
}

fn main() {}
