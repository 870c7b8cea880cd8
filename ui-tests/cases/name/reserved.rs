use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    get: u8,
    set: u8,
    data: u8,
    snapshot: u8,
    touch: u8,
    regenerate: u8,
    regenerate_keep: u8,
    delete: u8,
    options: u8,
    meta: u8,
    edit: u8,
    update: u8,
    clone: u8,
    clone_from: u8,
    clone_into: u8,
    to_owned: u8,
    into: u8,
    try_into: u8,
}

fn main() {}
