use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(readonly)]
    since: u64,
}

fn login(mut session: Session<Auth>) {
    session.set(Auth::SINCE, 7);
}

fn main() {}
