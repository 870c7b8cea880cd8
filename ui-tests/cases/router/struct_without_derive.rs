use axum::{Router, routing::get};
use session_runtime::Session;

struct Auth {
    user_id: Option<u64>,
}

async fn me(session: Session<Auth>) {
    drop(session);
}

fn main() {
    let _: Router = Router::new().route("/me", get(me));
}
