use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(Serialize, Clone, Default)]
struct Cart;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
    cart: Cart,
}

fn main() {}
