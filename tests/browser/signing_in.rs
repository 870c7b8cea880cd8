//! Signing in and out, and what a visit has before and after.

use crate::{browser::Browser, shop::Shop};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_signs_in_reloads_and_signs_out() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/tea/oolong")).await;
    browser.press("main form .primary").await;
    assert!(
        browser
            .text()
            .await
            .contains("Mountain Oolong is in your cart.")
    );
    browser.reload().await;
    assert!(
        !browser.text().await.contains("is in your cart."),
        "said once"
    );

    browser.visit(&shop.at("/account/devices")).await;
    assert_eq!(browser.path().await, "/sign-in", "members alone");
    browser.fill_in_and_sign_in().await;
    assert_eq!(browser.path().await, "/account/devices", "the way back");
    assert!(browser.text().await.contains("You are signed in."));
    browser.reload().await;
    assert!(browser.is_signed_in().await);
    assert!(
        !browser.text().await.contains("You are signed in."),
        "said once"
    );
    assert_eq!(browser.text_of(".count").await, "1\ntin", "the cart stayed");

    browser.press("nav form[action='/sign-out'] button").await;
    assert!(browser.text().await.contains("You are signed out."));
    browser.client.back().await.unwrap();
    assert!(
        !browser.has("ul.devices").await,
        "nothing is left to look at"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_signs_up_and_deletes_his_account() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-up")).await;
    browser.type_into("name", "Grace <b>Hopper</b>").await;
    browser.type_into("email", "Grace@Example.org").await;
    browser.type_into("password", "compilers are patient").await;
    browser.press("main .primary").await;
    assert_eq!(browser.text_of("h1").await, "Hello, Grace <b>Hopper</b>");
    browser.visit(&shop.at("/admin")).await;
    assert_eq!(browser.text_of(".status").await, "403", "not everybody's");

    browser.visit(&shop.at("/account/delete")).await;
    browser.press("main .danger").await;
    assert!(browser.text().await.contains("Your account is deleted."));
    assert!(!browser.is_signed_in().await);
    browser.visit(&shop.at("/sign-in")).await;
    browser.type_into("email", "grace@example.org").await;
    browser.type_into("password", "compilers are patient").await;
    browser.press("main .primary").await;
    assert!(browser.text().await.contains("do not match"));
}

#[tokio::test(flavor = "multi_thread")]
async fn o10_a_form_without_its_token_is_refused() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/tea/mint")).await;
    let tokens =
        "for (const token of document.querySelectorAll('[name=csrf_token]')) token.value = '';";
    browser.script(tokens).await;
    browser.press("main form .primary").await;
    assert_eq!(browser.text_of(".status").await, "403");
    assert!(!browser.has(".count").await, "nothing was bought");

    // A token from before is that of another visit.
    browser.visit(&shop.at("/sign-in")).await;
    let before = browser
        .script("return document.querySelector('[name=csrf_token]').value")
        .await;
    browser.fill_in_and_sign_in().await;
    browser.visit(&shop.at("/tea/mint")).await;
    let set = format!(
        "for (const token of document.querySelectorAll('[name=csrf_token]')) token.value = {before};"
    );
    browser.script(&set).await;
    browser.press("main form .primary").await;
    assert_eq!(browser.text_of(".status").await, "403");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_not_to_be_guessed() {
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/sign-in")).await;
    for _ in 0..5 {
        browser.type_into("email", "ada@example.org").await;
        browser.type_into("password", "a guess of mine").await;
        browser.press("main .primary").await;
        assert!(browser.text().await.contains("do not match"));
    }
    browser.fill_in_and_sign_in().await;
    assert!(browser.text().await.contains("Too many attempts."));
    assert!(!browser.is_signed_in().await);
}
