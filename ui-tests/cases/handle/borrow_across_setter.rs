use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

fn rename(mut session: Session<Auth>) -> usize {
    let before = session.email();
    session.set_email("ada@example.org");
    before.map_or(0, str::len)
}

fn main() {}
