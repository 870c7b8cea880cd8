//! The password once more before what is dangerous.

use std::time::Duration;

use examples::app::DEMO_PASSWORD;

use crate::{browser::Browser, shop::Shop};

#[tokio::test(flavor = "multi_thread")]
async fn o09_what_is_dangerous_wants_a_sign_in_of_a_moment_ago() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.fill_in_and_sign_in().await;
    browser.visit(&shop.at("/account/password")).await;
    assert_eq!(browser.path().await, "/account/password", "just signed in");

    shop.clock.advance(Duration::from_secs(5 * 60));
    browser.reload().await;
    assert_eq!(browser.path().await, "/confirm");
    let cookie = browser.cookie("__Host-auth").await.unwrap();
    browser.type_into("password", "not my password").await;
    browser.press("main .primary").await;
    assert!(browser.text().await.contains("This is not your password."));
    browser.type_into("password", DEMO_PASSWORD).await;
    browser.press("main .primary").await;
    assert_eq!(browser.path().await, "/account/password", "the way back");
    let confirmed = browser.cookie("__Host-auth").await.unwrap();
    assert_ne!(cookie.value(), confirmed.value(), "another id");

    browser.type_into("password", "another kettle").await;
    browser.press("main .primary").await;
    assert!(browser.text().await.contains("Your password is changed"));
    assert!(browser.is_signed_in().await);
}
