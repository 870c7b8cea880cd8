use session_runtime::SessionRegistry;

#[derive(SessionRegistry)]
struct AppSessions {}

fn main() {}
