use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(flash)]
    notice: Option<String>,
}

fn page(session: Session<Auth>) -> usize {
    session.notice().map_or(0, str::len)
}

fn main() {}
