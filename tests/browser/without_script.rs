//! The whole shop in a browser that runs no scripts.

use examples::app::DEMO_PASSWORD;

use crate::{browser::Browser, driver::Scripts, shop::Shop};

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_works_without_scripts() {
    let Some(browser) = Browser::with(Scripts::Off).await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/")).await;
    browser.press("footer [value=de]").await;
    assert_eq!(browser.text_of("h1").await, "Tee für lange Abende");
    browser.press("footer [value=dark]").await;
    assert!(browser.has("html[lang=de][data-theme=dark]").await);
    browser.press("footer [value=en]").await;

    browser.press(".card button[value=assam]").await;
    let tins = browser.find("#tins-assam").await;
    tins.clear().await.unwrap();
    tins.send_keys("3").await.unwrap();
    browser.press(".line form:not(:last-of-type) button").await;
    assert!(browser.text_of(".total").await.contains("€22.20"));
    browser.press(".total .primary").await;
    browser.fill_in_and_sign_in().await;
    assert_eq!(browser.path().await, "/cart", "the way back");
    browser.press(".total .primary").await;
    assert!(browser.text().await.contains("Thank you for your order!"));

    browser.visit(&shop.at("/account")).await;
    browser.type_into("name", "Ada Lovelace").await;
    browser.press("main form button").await;
    assert_eq!(browser.text_of("h1").await, "Hello, Ada Lovelace");
    browser.visit(&shop.at("/account/activity")).await;
    let live = browser.text_of(".live").await;
    assert!(live.contains("if your browser runs JavaScript"), "{live}");
    assert!(browser.text_of(".feed").await.contains("Ordered 3 tins"));

    browser.visit(&shop.at("/account/devices")).await;
    assert!(browser.text().await.contains("this device"));
    browser.visit(&shop.at("/account/password")).await;
    browser.type_into("password", DEMO_PASSWORD).await;
    browser.press("main .primary").await;
    assert!(browser.text().await.contains("Your password is changed"));
    browser.press("nav form[action='/sign-out'] button").await;
    assert!(browser.text().await.contains("You are signed out."));
}
