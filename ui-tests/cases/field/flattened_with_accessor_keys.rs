use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: u64,
    #[serde(flatten)]
    #[session(rename = "others")]
    rest: BTreeMap<String, String>,
}

fn main() {}
