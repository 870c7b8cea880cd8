use session_runtime::SessionRegistry;

#[derive(SessionRegistry)]
enum AppSessions {
    Auth,
}

fn main() {}
