//! A session that nobody used for too long.

use std::time::Duration;

use crate::{
    browser::{Browser, until},
    shop::Shop,
};

const SECOND: Duration = Duration::from_secs(1);
const ALMOST_A_WEEK: Duration = Duration::from_secs(7 * 86_400 - 1);

#[tokio::test(flavor = "multi_thread")]
async fn o01_a_session_that_was_idle_too_long_is_over_and_its_live_page_says_so() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.fill_in_and_sign_in().await;
    shop.clock.advance(ALMOST_A_WEEK);
    browser.reload().await;
    assert!(browser.is_signed_in().await, "a second before its end");

    browser.visit(&shop.at("/account/activity")).await;
    until("a live page", || browser.has(".live[data-state=open]")).await;
    shop.clock.advance(ALMOST_A_WEEK + SECOND);
    until("its end", || browser.has(".live[data-state=ended]")).await;
    browser.visit(&shop.at("/account")).await;
    assert_eq!(browser.path().await, "/sign-in");
    assert!(browser.text().await.contains("You were signed out."));
}
