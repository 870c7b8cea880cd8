use session_runtime::Session;

struct Auth {
    user_id: Option<u64>,
}

fn me(session: Session<Auth>) -> Option<u64> {
    session.user_id()
}

fn main() {}
