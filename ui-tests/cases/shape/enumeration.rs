use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize)]
enum Auth {
    Nobody,
    User { id: u64 },
}

impl Default for Auth {
    fn default() -> Self {
        Self::Nobody
    }
}

// One mistake, one error: the handler is not told that `Auth` is no session.
fn handler(session: session_runtime::Session<Auth>) {
    drop(session);
}

fn main() {}
