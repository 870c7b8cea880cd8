//! The cookies, as the browser keeps them.

use std::time::{Duration, SystemTime};

use cookie::{Cookie, SameSite};

use crate::{browser::Browser, shop::Shop};

const ALL: [&str; 4] = [
    "__Host-auth",
    "__Host-visit",
    "__Host-cart",
    "__Host-preferences",
];

#[tokio::test(flavor = "multi_thread")]
async fn d12_d13_d14_d15_d41_each_cookie_is_kept_with_its_attributes() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/tea/mint")).await;
    browser.press("main form .primary").await;
    browser.press("footer [value=dark]").await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.fill_in_and_sign_in().await;

    for name in ALL {
        let cookie = browser
            .cookie(name)
            .await
            .unwrap_or_else(|| panic!("{name} is kept"));
        assert_eq!(cookie.http_only(), Some(true), "{name}");
        assert_eq!(cookie.secure(), Some(true), "{name}");
        assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{name}");
        assert_eq!(cookie.path(), Some("/"), "{name}");
        assert_eq!(cookie.domain(), Some("localhost"), "{name}: of this host");
    }
    let visible = browser.script("return document.cookie").await;
    assert_eq!(visible, "", "no script sees a cookie");

    let days = |cookie: &Cookie<'_>| lifetime(cookie).map(|life| life.as_secs().div_ceil(86_400));
    let lives = [None, None, Some(30), Some(365)];
    for (name, life) in ALL.into_iter().zip(lives) {
        let cookie = browser.cookie(name).await.unwrap();
        assert_eq!(days(&cookie), life, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d41_the_cookie_of_whoever_wants_to_be_remembered_outlives_the_browser() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.find("[name=remember]").await.click().await.unwrap();
    browser.fill_in_and_sign_in().await;
    let cookie = browser.cookie("__Host-auth").await.unwrap();
    let life = lifetime(&cookie).expect("an end of its own");
    let month = Duration::from_secs(30 * 86_400);
    let minutes = Duration::from_secs(120);
    assert!(life <= month && life + minutes > month, "{life:?}");
}

/// How long the browser keeps it; `None`: until it is closed.
fn lifetime(cookie: &Cookie<'_>) -> Option<Duration> {
    let end: SystemTime = cookie.expires_datetime()?.into();
    end.duration_since(SystemTime::now()).ok()
}
