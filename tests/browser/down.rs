//! A store that is out of reach for a while.

use session_runtime::{store::MemoryStore, testing::UnreliableStore};

use crate::{browser::Browser, shop::Shop};

#[tokio::test(flavor = "multi_thread")]
async fn d27_while_the_store_is_down_the_shop_is_open_and_nobody_is_signed_out() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::with(UnreliableStore::new(MemoryStore::new())).await;
    browser.visit(&shop.at("/sign-in")).await;
    browser.fill_in_and_sign_in().await;
    shop.store.down();
    browser.visit(&shop.at("/tea/mint")).await;
    assert!(
        browser
            .text_of("nav")
            .await
            .contains("Sign-in is out of order")
    );
    browser.press("main form .primary").await;
    assert!(
        browser
            .text()
            .await
            .contains("Garden Mint is in your cart.")
    );
    browser.visit(&shop.at("/account")).await;
    assert_eq!(browser.text_of(".status").await, "503");
    shop.store.up();
    browser.reload().await;
    assert_eq!(browser.text_of("h1").await, "Hello, Ada");
}
