//! Two tabs that load at once: both have read the session before one of them writes.

use std::time::Duration;

use crate::{
    browser::{Browser, until},
    shop::Shop,
};

/// Loads two teas in a tab each, and looks at both.
async fn load_two_at_once(browser: &Browser, shop: &Shop) {
    let this = browser.client.window().await.unwrap();
    let open = "window.tabs = [open('about:blank'), open('about:blank')];";
    browser.script(open).await;
    shop.store.meet(2);
    let load = "['sencha', 'assam'].forEach((tea, tab) => {
        window.tabs[tab].location = location.origin + '/tea/' + tea;
    });";
    browser.script(load).await;
    for tab in browser.client.windows().await.unwrap() {
        if tab == this {
            continue;
        }
        browser.client.switch_to_window(tab).await.unwrap();
        until("a page", || browser.has("footer")).await;
        assert!(browser.is_signed_in().await, "nobody is thrown out");
        browser.client.close_window().await.unwrap();
    }
    assert!(shop.store.have_met());
    browser.client.switch_to_window(this).await.unwrap();
}

/// The pages that this session has seen, as its list of devices says.
async fn pages(browser: &Browser, shop: &Shop) -> u32 {
    browser.visit(&shop.at("/account/devices")).await;
    let text = browser.text_of(".device small").await;
    let words = text.split(" · ").last().unwrap();
    words.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn d26_what_two_tabs_write_at_once_both_counts() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.fill_in_and_sign_in().await;
    let before = pages(&browser, &shop).await;
    load_two_at_once(&browser, &shop).await;
    browser.visit(&shop.at("/tea/mint")).await;
    let seen = browser.text_of(".seen").await;
    assert!(seen.contains("Sencha") && seen.contains("Assam"), "{seen}");
    // Each tab, the tea after them, and the list before them, which does not show itself.
    assert_eq!(pages(&browser, &shop).await, before + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_two_tabs_that_both_renew_the_id_stay_signed_in() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.find("[name=remember]").await.click().await.unwrap();
    browser.fill_in_and_sign_in().await;
    let before = browser.cookie("__Host-auth").await.unwrap();
    shop.clock.advance(Duration::from_secs(3601));
    load_two_at_once(&browser, &shop).await;
    let after = browser.cookie("__Host-auth").await.unwrap();
    assert_ne!(before.value(), after.value(), "another id");
    assert!(after.expires_datetime().is_some(), "and still remembered");
    // After the grace of the old id.
    shop.clock.advance(Duration::from_secs(60));
    browser.reload().await;
    assert!(browser.is_signed_in().await);
}
