//! The test kit, on sessions that are kept in a store.

use http::header::COOKIE;
use session_runtime::{SaveError, testing};

use super::{
    Engine,
    app::{Account, App},
};

pub(super) async fn o23_the_kit_mints_and_reads_stored_sessions(engine: Engine) {
    let mut app = App::on(&engine);
    let cookie = testing::request_cookie(&app.sessions, Account::of(7)).await;
    let headers = http::HeaderMap::from_iter([(COOKIE, cookie.unwrap())]);
    let get = http::Method::GET;
    let read = app
        .client
        .request(get.clone(), "/?act=read", headers.clone())
        .await;
    assert_eq!(read.text(), "Some(7)   0 {} 0");
    let untouched = testing::response_session::<Account, _>(&app.sessions, read.headers()).await;
    assert!(untouched.unwrap().is_untouched());
    // Most writes need no other cookie: what the browser holds shows them.
    let written = app
        .client
        .request(get.clone(), "/?act=theme", headers.clone())
        .await;
    let untouched = testing::response_session::<Account, _>(&app.sessions, written.headers()).await;
    assert!(untouched.unwrap().is_untouched());
    let rotated = app.client.request(get.clone(), "/?act=sudo", headers).await;
    let set = testing::response_session::<Account, _>(&app.sessions, rotated.headers()).await;
    let set = set.unwrap().set().unwrap();
    assert_eq!(
        (set.user_id(), set.theme(), set.level()),
        (Some(7), "dark", 9)
    );
    let removed = app.act("sign_out").await;
    let removed = testing::response_session::<Account, _>(&app.sessions, removed.headers()).await;
    assert!(removed.unwrap().is_removed());
}

pub(super) async fn o23_a_failing_store_fails_the_kit_and_not_the_test(engine: Engine) {
    let mut app = App::on(&engine);
    let answer = app.act("sign_in").await;
    app.store.down();
    let minted = testing::request_cookie(&app.sessions, Account::of(7)).await;
    assert!(matches!(minted, Err(SaveError::Store(_))));
    let read = testing::response_session::<Account, _>(&app.sessions, answer.headers()).await;
    assert!(read.is_err());
    app.store.up();
    let read = testing::response_session::<Account, _>(&app.sessions, answer.headers()).await;
    assert_eq!(read.unwrap().set().unwrap().user_id(), Some(7));
}
