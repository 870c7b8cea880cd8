use serde::{Deserialize, Serialize};
use session_runtime::{Authenticated, SecureSession};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

async fn me(auth: Authenticated<Auth>) -> String {
    format!("{:?}", auth.user_id())
}

fn main() {
    let _ = me;
}
