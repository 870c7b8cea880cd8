use session_runtime::SecureSession;

#[derive(SecureSession)]
union Auth {
    id: u64,
}

fn main() {}
