use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(skip)]
    internal: u64,
    user_id: Option<u64>,
}

fn login(mut session: Session<Auth>) {
    session.set_internal(7);
}

fn main() {}
