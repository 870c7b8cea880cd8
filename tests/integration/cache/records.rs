//! Records that are known: who may open them, and until when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use session_runtime::{Config, store::MemoryStore};

use super::{Auth, Site, stored};

const SIGNED_IN: &str = "Some(7) Some(0)";
const NOBODY: &str = "None None";

#[tokio::test]
async fn d02_a_known_record_opens_for_no_other_cookie() {
    let mut site = Site::warm(stored()).await;
    let cookie = site.client.cookie("__Host-auth").unwrap().to_owned();
    let mut stranger = site.client.clone();
    for place in 0..cookie.len() {
        let mut forged = cookie.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        stranger.set_cookie("__Host-auth", String::from_utf8(forged).unwrap());
        assert_eq!(stranger.get("/read").await.text(), NOBODY, "{place}");
    }
    assert_eq!(site.read().await, SIGNED_IN);
}

#[tokio::test]
async fn d03_a_former_secret_shows_the_former_data_though_the_record_is_known() {
    let mut site = Site::warm(stored()).await;
    let mut former = site.client.clone();
    site.client.get("/renew-keeping").await;
    site.client.get("/click").await;
    for _ in 0..4 {
        assert_eq!(site.read().await, "Some(7) Some(1)");
        assert_eq!(former.get("/read").await.text(), SIGNED_IN);
    }
    site.clock.advance(Duration::from_secs(31));
    assert_eq!(former.get("/read").await.text(), NOBODY);
    assert_eq!(site.read().await, "Some(7) Some(1)");
}

/// A cookie that is known as that of a former secret says nothing of the current one.
#[tokio::test]
async fn d03_a_former_secret_that_is_known_opens_no_more_than_it_did() {
    let mut site = super::site(stored());
    site.client.get("/sign-in").await;
    let mut former = site.client.clone();
    site.client.get("/renew-keeping").await;
    site.client.get("/click").await;
    for _ in 0..4 {
        assert_eq!(former.get("/read").await.text(), SIGNED_IN);
    }
    assert_eq!(site.read().await, "Some(7) Some(1)");
    site.clock.advance(Duration::from_secs(31));
    assert_eq!(former.get("/read").await.text(), NOBODY);
}

/// Its former secret stays in the record until somebody writes.
#[tokio::test]
async fn a_record_whose_secret_was_replaced_is_known_to_the_new_one() {
    let mut site = Site::warm(stored()).await;
    site.client.get("/renew-keeping").await;
    let _before = super::Shared::times_read();
    for times in [1, 1, 0, 0] {
        assert_eq!(site.read().await, SIGNED_IN);
        assert_eq!(super::Shared::times_read(), times);
    }
}

#[tokio::test]
async fn the_application_is_asked_about_a_known_record_each_time() {
    let refuses = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&refuses);
    let config = stored().validate(move |_| !asked.load(Ordering::Relaxed));
    let mut site = Site::warm(config).await;
    refuses.store(true, Ordering::Relaxed);
    assert_eq!(site.read().await, NOBODY);
}

#[tokio::test]
async fn o05_an_id_is_renewed_at_its_age_and_not_before_though_the_record_is_known() {
    let mut site = super::site(stored().renew_id(Duration::from_secs(600)));
    site.client.get("/sign-in").await;
    for _ in 0..5 {
        assert_eq!(site.client.get("/read").await.set_cookies(), [""; 0]);
    }
    site.clock.advance(Duration::from_secs(600));
    assert_eq!(site.client.get("/read").await.set_cookies().len(), 1);
    assert_eq!(site.client.get("/read").await.set_cookies(), [""; 0]);
}

/// The record itself says nothing of it: its end was reckoned with the longer limit.
#[tokio::test]
async fn o01_a_limit_is_asked_of_a_known_record_each_time() {
    let store = Arc::new(MemoryStore::new());
    let config = || Config::<Auth>::stored(Arc::clone(&store));
    let mut long = Site::warm(config()).await;
    let mut strict = super::site_with(config().idle(Duration::from_secs(60)), &long.clock);
    strict.client = long.client.at(strict.client.clone().into_router());
    for _ in 0..3 {
        assert_eq!(strict.read().await, SIGNED_IN);
    }
    long.clock.advance(Duration::from_secs(60));
    assert_eq!(strict.read().await, NOBODY);
    assert_eq!(long.read().await, SIGNED_IN);
}

#[tokio::test]
async fn d40_a_known_record_has_its_own_end_whatever_the_limits_are_now() {
    let store = Arc::new(MemoryStore::new());
    let config = || Config::<Auth>::stored(Arc::clone(&store));
    let strict = Site::warm(config().idle(Duration::from_secs(60))).await;
    let mut long = super::site_with(config(), &strict.clock);
    long.client = strict.client.at(long.client.clone().into_router());
    for _ in 0..3 {
        assert_eq!(long.read().await, SIGNED_IN);
    }
    long.clock.advance(Duration::from_secs(60));
    assert_eq!(long.client.clone().get("/read").await.text(), NOBODY);
}
