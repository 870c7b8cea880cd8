use std::rc::Rc;

use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
    #[serde(skip)]
    cache: Rc<u8>,
}

fn main() {}
