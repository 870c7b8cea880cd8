use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(Serialize, Deserialize, Clone, Default)]
struct Place;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(copy)]
    place: Place,
}

fn main() {}
