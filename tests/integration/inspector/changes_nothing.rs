//! A look sends nothing, saves nothing and uses nothing up.

use std::collections::BTreeMap;

use session_runtime::{
    Rolling,
    store::{Created, MemoryStore, Record, Revision, Saved, SessionKey, SessionStore, StoreFuture},
};

use super::*;

/// A store that notes what it is asked to change.
#[derive(Debug, Clone, Default)]
struct Watched {
    store: Arc<MemoryStore>,
    writes: Arc<Mutex<Vec<&'static str>>>,
}

impl Watched {
    fn note(&self, what: &'static str) {
        self.writes.lock().unwrap().push(what);
    }

    fn writes(&self) -> usize {
        self.writes.lock().unwrap().len()
    }
}

impl SessionStore for Watched {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        self.note("create");
        self.store.create(key, record)
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        self.store.load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.note("save");
        self.store.save(key, expected, record)
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        self.note("touch");
        self.store.touch(key, touched, expires)
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        self.note("delete");
        self.store.delete(key, expected)
    }
}

/// Looks in both ways; neither sends a cookie.
async fn look(app: &mut App) {
    let heard = app.events.lock().unwrap().clone();
    for path in ["/sessions", "/sessions?format=json"] {
        let answer = app.client.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.set_cookies(), [""; 0], "{path}");
    }
    assert_eq!(*app.events.lock().unwrap(), heard, "a look is no event");
}

#[tokio::test]
async fn a_flash_message_is_still_there_after_a_look() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    look(&mut app).await;
    assert_eq!(field(&app.seen().await, "notice")["value"], "Saved once");
    assert_eq!(app.client.get("/notice").await.text(), "Saved once");
    assert_eq!(field(&app.seen().await, "notice")["value"], Value::Null);
}

#[tokio::test]
async fn a_look_renews_no_cookie_that_is_due() {
    let mut app = App::new(Config::new(key(1)).rolling(Rolling::ALWAYS));
    app.client.get("/write").await;
    app.clock.advance(Duration::from_secs(900));
    app.sessions
        .swap_keyring::<Auth>(Keyring::new(key(40)).also_open(key(1)))
        .unwrap();
    look(&mut app).await;
    assert_eq!(app.client.get("/read").await.set_cookies().len(), 1);
}

#[tokio::test]
async fn a_look_writes_to_no_store_and_rotates_no_id() {
    let store = Watched::default();
    let config = Config::stored(store.clone()).renew_id(Duration::from_secs(60));
    let mut app = App::new(config.rolling(Rolling::ALWAYS));
    app.client.get("/write").await;
    app.clock.advance(Duration::from_secs(900));
    let (writes, cookie) = (
        store.writes(),
        app.client.cookie("__Host-auth").unwrap().to_owned(),
    );
    look(&mut app).await;
    assert_eq!(store.writes(), writes);
    let seen = app.seen().await;
    assert_eq!(seen["times"]["idle_left_seconds"], 900);
    assert_eq!(seen["next_page_sends"], "its id was due to be renewed");
    app.client.get("/read").await;
    assert_ne!(store.writes(), writes);
    assert_ne!(app.client.cookie("__Host-auth").unwrap(), cookie);
}

#[tokio::test]
async fn an_expired_session_is_left_where_it_is() {
    let store = Watched::default();
    let mut app = App::new(Config::stored(store.clone()));
    app.client.get("/write").await;
    app.clock.advance(Duration::from_secs(1800));
    let writes = store.writes();
    look(&mut app).await;
    assert_eq!(app.seen().await["state"]["reason"], "expired");
    assert_eq!(store.writes(), writes);
    assert_eq!(store.store.sessions(), 1, "its record is the sweeper's");
}

#[tokio::test]
async fn the_answer_is_kept_by_nobody_and_runs_nothing() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let answer = app.page().await;
    let headers: BTreeMap<_, _> = [
        "cache-control",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "cross-origin-resource-policy",
    ]
    .map(|name| (name, answer.header(name).unwrap()))
    .into();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"));
    // No inline style or handler would pass it.
    let page = answer.text();
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
}
