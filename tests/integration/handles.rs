//! Several handles, one session.

use std::{panic::AssertUnwindSafe, sync::Arc, thread};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use session_runtime::{Field, SecureSession, Session, Unmounted};
use tests::{Auth, Client, Prefs, registry};

fn detached() -> Session<Auth> {
    Session::detached(Auth::default())
}

#[test]
fn two_handles_see_each_others_writes() {
    let mut one = detached();
    let mut other = one.clone();
    one.set_user_id(5);
    other.update_roles(|roles| roles.push("a".into()));
    assert_eq!(
        (other.user_id(), one.roles()),
        (Some(5), &["a".to_owned()][..])
    );
}

#[test]
fn references_outlive_the_writes_of_other_handles() {
    let mut writer = detached();
    let reader = writer.clone();
    let mut seen = Vec::new();
    for n in 0..5000_u32 {
        writer.set_email(n.to_string());
        seen.push(reader.email().unwrap());
    }
    assert!(
        seen.iter()
            .enumerate()
            .all(|(n, email)| *email == n.to_string())
    );
}

#[test]
fn setters_take_what_the_field_holds_or_wraps() {
    let mut session = detached();
    session
        .set_user_id(7)
        .set_email("a@b")
        .set_roles(vec!["r".to_owned()]);
    assert_eq!(
        session.data(),
        &Auth {
            user_id: Some(7),
            email: Some("a@b".into()),
            roles: vec!["r".into()]
        }
    );
    session
        .set_user_id(None)
        .set_email(None)
        .set_email(String::from("c"))
        .set_user_id(Some(8));
    assert_eq!((session.user_id(), session.email()), (Some(8), Some("c")));
}

#[test]
fn take_and_clear_leave_the_default() {
    let mut session = Session::detached(Auth::user(7));
    assert_eq!(session.take_user_id(), Some(7));
    session.set_email("x").set_roles(vec!["r".into()]);
    assert_eq!(session.clear_email().take_roles(), ["r"]);
    assert_eq!(session.data(), &Auth::default());
    assert!(session.meta().is_changed());
}

#[test]
fn tokens_name_fields_in_generic_code() {
    fn forget<T: SecureSession, V>(session: &mut Session<T>, field: Field<T, Option<V>>) {
        session.set(field, None);
    }
    let mut session = Session::detached(Auth::user(7));
    assert_eq!(session.get(Auth::USER_ID), &Some(7));
    forget(&mut session, Auth::USER_ID);
    assert_eq!(session.user_id(), None);
    assert_eq!(Auth::USER_ID.name(), "user_id");
}

#[test]
fn changed_fields_are_those_that_were_written() {
    let mut session = detached();
    assert!(session.meta().changed_fields().is_empty());
    session.set_email("x");
    let changed = session.meta().changed_fields();
    assert!(changed.contains(Auth::EMAIL) && !changed.contains(Auth::USER_ID));
    assert_eq!(changed.names().collect::<Vec<_>>(), ["email"]);
    session.update(|auth| auth.user_id = Some(1));
    let names: Vec<_> = session.meta().changed_fields().names().collect();
    assert_eq!(names, ["user_id", "email", "roles"]);
}

#[test]
fn an_edit_is_written_when_it_was_used_and_only_then() {
    let mut session = detached();
    assert_eq!(session.edit().roles.len(), 0);
    assert!(!session.meta().is_changed());
    let mut edit = session.edit();
    edit.user_id = Some(3);
    edit.roles.push("r".into());
    drop(edit);
    assert_eq!((session.user_id(), session.roles().len()), (Some(3), 1));
    assert!(session.meta().is_changed());
}

#[test]
fn an_edit_dropped_by_a_panic_writes_nothing() {
    let mut session = detached();
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut edit = session.edit();
        edit.user_id = Some(3);
        panic!("half-way");
    }));
    assert!(result.is_err());
    assert_eq!(session.user_id(), None);
}

#[test]
fn a_session_used_inside_its_own_update_panics_and_says_why() {
    let mut session = detached();
    let other = session.clone();
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| {
        session.update(|auth| auth.user_id = other.user_id());
    }));
    let message = *panic.unwrap_err().downcast::<String>().unwrap();
    assert!(
        message.contains("session `auth` is used inside its own `update`"),
        "{message}"
    );
}

#[test]
fn a_panic_inside_an_update_is_no_new_version_and_leaves_a_session_that_can_be_used() {
    let mut session = Session::detached(Auth::user(1));
    let mut other = session.clone();
    assert_eq!(other.user_id(), Some(1));
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| {
        session.update_user_id(|user| {
            *user = Some(2);
            panic!("half-way");
        });
    }));
    assert!(panic.is_err());
    // What was left half-changed is not shown to whoever has read the session before.
    assert_eq!(other.user_id(), Some(1));
    other.set_user_id(3);
    assert_eq!((session.user_id(), other.user_id()), (Some(3), Some(3)));
}

/// As a guard does that notes how a handler has ended.
#[test]
fn a_write_while_a_panic_unwinds_is_seen_by_the_other_handles() {
    struct Note(Session<Auth>);
    impl Drop for Note {
        fn drop(&mut self) {
            self.0.set_user_id(9);
        }
    }
    let session = Session::detached(Auth::user(1));
    assert_eq!(session.user_id(), Some(1));
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let _note = Note(session.clone());
        panic!("half-way");
    }));
    assert!(panic.is_err());
    assert_eq!(session.user_id(), Some(9));
}

#[test]
fn threads_lose_no_update() {
    let session = detached();
    thread::scope(|scope| {
        for _ in 0..4 {
            let mut writer = session.clone();
            scope.spawn(move || {
                for _ in 0..1000 {
                    writer.update_roles(|roles| roles.push(String::new()));
                }
            });
            let reader = &session;
            scope.spawn(move || {
                for _ in 0..1000 {
                    std::hint::black_box(reader.roles().len());
                }
            });
        }
    });
    assert_eq!(session.roles().len(), 4000);
}

#[test]
fn a_snapshot_stays_what_it_was() {
    let mut session = Session::detached(Auth::user(7));
    let before: Arc<Auth> = session.snapshot();
    session.set_user_id(8);
    assert_eq!((before.user_id, session.user_id()), (Some(7), Some(8)));
}

#[test]
fn regenerate_leaves_the_defaults_and_regenerate_keep_the_named_fields() {
    let full = || Auth {
        user_id: Some(7),
        email: Some("a@b".into()),
        roles: vec!["r".into()],
    };
    let mut session = Session::detached(full());
    session.regenerate();
    assert_eq!(session.data(), &Auth::default());
    let mut session = Session::detached(full());
    session
        .regenerate_keep(Auth::USER_ID | Auth::EMAIL)
        .set_roles(vec!["admin".into()]);
    assert_eq!(
        session.data(),
        &Auth {
            roles: vec!["admin".into()],
            ..full()
        }
    );
    let mut session = Session::detached(full());
    session.regenerate_keep(Auth::ROLES);
    assert_eq!(
        session.data(),
        &Auth {
            roles: vec!["r".into()],
            ..Auth::default()
        }
    );
}

#[tokio::test]
async fn a_middleware_that_holds_a_handle_sees_what_the_handler_wrote() {
    async fn hold(session: Session<Auth>, request: Request, next: Next) -> Response {
        let before = session.email();
        let mut response = next.run(request).await;
        let seen = format!("{before:?} {:?}", session.email());
        response.headers_mut().insert("seen", seen.parse().unwrap());
        response
    }
    let app = Unmounted::new(registry()).unwrap().mount(|_| {
        Router::new()
            .route(
                "/",
                get(|mut session: Session<Auth>| async move {
                    session.set_email("x");
                }),
            )
            .layer(from_fn(hold))
    });
    let answer = Client::new(app).get("/").await;
    assert_eq!(answer.header("seen"), Some("None Some(\"x\")"));
    assert_eq!(answer.set_cookies().len(), 1);
}

#[tokio::test]
async fn two_extractions_in_one_handler_share_the_session() {
    async fn handler(mut one: Session<Auth>, other: Session<Auth>) -> String {
        one.set_user_id(1);
        format!("{:?}", other.user_id())
    }
    let app = Unmounted::new(registry())
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
    assert_eq!(Client::new(app).get("/").await.text(), "Some(1)");
}

#[tokio::test]
async fn an_optional_session_is_there_when_it_came_or_was_written() {
    async fn handler(maybe: Option<Session<Auth>>) -> String {
        maybe.is_some().to_string()
    }
    async fn write_first(mut session: Session<Auth>, request: Request, next: Next) -> Response {
        session.set_user_id(1);
        next.run(request).await
    }
    async fn delete_first(mut session: Session<Auth>, request: Request, next: Next) -> Response {
        session.delete();
        next.run(request).await
    }
    let app = Unmounted::new(registry()).unwrap().mount(|_| {
        Router::new()
            .route("/plain", get(handler))
            .route("/written", get(handler).layer(from_fn(write_first)))
            .route("/deleted", get(handler).layer(from_fn(delete_first)))
    });
    let mut client = Client::new(app);
    assert_eq!(client.get("/plain").await.text(), "false");
    assert_eq!(client.get("/written").await.text(), "true");
    assert_eq!(client.get("/plain").await.text(), "true");
    assert_eq!(client.get("/deleted").await.text(), "false");
    assert_eq!(client.get("/plain").await.text(), "false");
}

#[tokio::test]
async fn two_sessions_of_one_request_are_apart() {
    async fn handler(mut auth: Session<Auth>, mut prefs: Session<Prefs>) -> String {
        prefs.update_visits(|visits| *visits += 1);
        auth.set_user_id(9);
        format!("{:?} {}", auth.user_id(), prefs.visits())
    }
    let app = Unmounted::new(registry())
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
    let mut client = Client::new(app);
    client.get("/").await;
    assert_eq!(client.get("/").await.text(), "Some(9) 2");
    assert!(client.cookie("__Host-auth").is_some() && client.cookie("__Host-prefs").is_some());
}
