use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(preserve_unknown)]
struct Auth {
    user_id: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

fn main() {}
