//! Signing out while old cookies are taken over, and copies of them.

use std::time::{Duration, UNIX_EPOCH};

use session_runtime::{
    Config,
    store::{MemoryStore, SessionStore},
    testing::HeldClock,
};
use tests::{Client, key};

use super::{DAY, NewApp, OLD, OURS, any_key, old};

#[tokio::test]
async fn signing_out_removes_both_cookies_whichever_came() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut migrated = app.client().await;
        migrated.get("/me").await;
        let unseen = Client::new(app.router.clone());
        for mut client in [app.client().await, migrated, unseen] {
            let answer = client.get("/logout").await;
            let names = answer
                .set_cookies()
                .into_iter()
                .map(|line| line.split('=').next());
            let mut names: Vec<_> = names.map(Option::unwrap).collect();
            names.sort_unstable();
            assert_eq!(names, [OURS, OLD]);
            assert_eq!(client.get("/me").await.text(), "absent");
        }
    }
}

#[tokio::test]
async fn a_sign_in_takes_nothing_from_the_old_cookie_and_removes_it() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        assert_eq!(client.get("/login?id=8").await.set_cookies().len(), 2);
        assert!(client.cookie(OLD).is_none());
        assert_eq!(client.get("/me").await.text(), "8, visit 0");
    }
}

/// Where ours was there and has ended, by its limit or in the store, the old one is not asked.
#[tokio::test]
async fn d24_an_old_cookie_does_not_bring_back_what_has_ended() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let old_alone = app.client().await;
        let mut client = app.client().await;
        client.get("/me").await;
        // The removal never arrived.
        client.set_cookie(OLD, old_alone.cookie(OLD).unwrap());
        clock.advance(Duration::from_secs(30 * 60));
        assert!(!client.get("/me").await.text().contains("visit"));
    }
    let app = NewApp::stored(&clock);
    let mut client = app.client().await;
    let old_cookie = client.cookie(OLD).unwrap().to_owned();
    client.get("/me").await;
    client.set_cookie(OLD, old_cookie);
    app.sessions.of::<super::Auth>(&7).end_all().await.unwrap();
    assert_eq!(client.get("/me").await.text(), "not found");
}

fn listed(list: &MemoryStore, clock: &HeldClock) -> NewApp {
    let config = Config::new(key(1)).revocations(list.clone());
    NewApp::new(config.also_open_jar(old(clock)), clock)
}

/// The session has the id of the old cookie, so that both end.
#[tokio::test]
async fn o06_with_a_list_of_revocations_a_copy_of_the_old_cookie_ends_with_its_session() {
    let clock = HeldClock::new();
    for path in ["/logout", "/login?id=8"] {
        let list = MemoryStore::new();
        let app = listed(&list, &clock);
        let mut client = app.client().await;
        let copy = client.clone();
        client.get("/me").await;
        client.get("/visit").await;
        assert_eq!(copy.clone().get("/me").await.text(), "7, visit 3");
        client.get(path).await;
        assert_eq!(copy.clone().get("/me").await.text(), "revoked");
        // Its value can be spelt otherwise, and is the same cookie.
        let mut respelt = copy.clone();
        respelt.respell_cookie(OLD);
        assert_eq!(respelt.get("/me").await.text(), "revoked");
        // The list remembers it for as long as the old cookie can come.
        clock.advance(29 * DAY);
        let now = clock.now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let sweeper = list.sweeper().unwrap();
        sweeper.sweep(now.try_into().unwrap()).await.unwrap();
        assert_eq!(copy.clone().get("/me").await.text(), "revoked");
        clock.set(HeldClock::new().now());
    }
}

#[tokio::test]
async fn o06_ending_all_sessions_of_somebody_ends_his_old_cookies_too() {
    let clock = HeldClock::new();
    let app = listed(&MemoryStore::new(), &clock);
    let (mut unseen, mut other) = (app.client().await, app.client().await);
    other.get("/me").await;
    app.sessions.of::<super::Auth>(&7).end_all().await.unwrap();
    assert_eq!(other.get("/me").await.text(), "revoked");
    assert_eq!(unseen.get("/me").await.text(), "revoked");
    // He can sign in.
    unseen.get("/login?id=7").await;
    assert_eq!(unseen.get("/me").await.text(), "7, visit 0");
}

/// Nobody knows when its owner has signed in: a copy must not pass for a sign-in of now.
#[tokio::test]
async fn o09_a_session_that_was_taken_over_is_not_fresh_until_somebody_proves_who_he_is() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        assert_eq!(client.get("/pay").await.status(), 401);
        client.get("/visit").await;
        assert!(client.cookie(OURS).is_some());
        assert_eq!(client.get("/pay").await.status(), 401);
        client.get("/sudo").await;
        assert_eq!(client.get("/pay").await.text(), "paid");
        clock.advance(Duration::from_secs(60));
        assert_eq!(client.get("/pay").await.status(), 401);
        let mut at_once = app.client().await;
        at_once.get("/sudo").await;
        assert_eq!(at_once.get("/pay").await.text(), "paid");
        let mut other = app.client().await;
        other.get("/login?id=8").await;
        assert_eq!(other.get("/pay").await.text(), "paid");
    }
}

/// Two browsers may have one signed value: to end the session of the one is not to end the other's.
#[tokio::test]
async fn equal_signed_cookies_become_sessions_of_their_own() {
    use session_runtime::cookie_jar::JarCookie;
    let clock = HeldClock::new();
    let old = JarCookie::signed(OLD, super::jar_key(), super::until(&clock));
    let config = Config::new(any_key()).revocations(MemoryStore::new());
    let app = NewApp::new(config.also_open_jar(old), &clock);
    let value = super::old_app::signed(&super::jar_key(), OLD, r#"{"user_id":7}"#);
    let mut one = Client::new(app.router.clone());
    one.set_cookie(OLD, value);
    let mut other = one.clone();
    one.get("/me").await;
    one.get("/logout").await;
    assert_eq!(other.get("/me").await.text(), "7, visit 0");
}

/// What is documented: without a list, a copy begins a session until the date, and not after.
#[tokio::test]
async fn a_copy_of_an_old_cookie_is_good_until_the_date_and_no_longer() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        let copy = client.clone();
        client.get("/logout").await;
        let last = Duration::from_millis(1);
        clock.set(super::until(&clock) - last);
        assert_eq!(copy.clone().get("/me").await.text(), "7, visit 3");
        clock.advance(last);
        let answer = copy.clone().get("/me").await;
        assert_eq!(
            (answer.text().as_str(), answer.set_cookies().len()),
            ("expired", 0)
        );
        clock.set(HeldClock::new().now());
    }
}
