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
    session.set_email("ada@example.org").set_user_id(7);
}

fn main() {}
