use session_runtime::Session;

struct Auth {
    user_id: Option<u64>,
}

fn me(session: &Session<Auth>) {
    let _ = session;
}

fn main() {}
