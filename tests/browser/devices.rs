//! Two browsers of one person: what one does, the other sees.

use crate::{
    browser::{Browser, until},
    shop::Shop,
};

#[tokio::test(flavor = "multi_thread")]
async fn o07_signing_out_the_others_closes_their_live_page_and_their_session() {
    let (Some(desk), Some(phone)) = (Browser::open().await, Browser::open().await) else {
        return;
    };
    let shop = Shop::open().await;
    desk.visit(&shop.at("/sign-in?next=/account/activity"))
        .await;
    desk.fill_in_and_sign_in().await;
    until("a live page", || desk.has(".live[data-state=open]")).await;

    phone
        .visit(&shop.at("/sign-in?next=/account/devices"))
        .await;
    phone.fill_in_and_sign_in().await;
    until("news of the phone", || desk.has(".feed .new")).await;
    let news = desk.text_of(".feed .new span").await;
    assert!(news.starts_with("Signed in on Chrome"), "{news}");

    phone
        .press("form[action='/account/devices/end-others'] button")
        .await;
    assert!(phone.text().await.contains("One device is signed out."));
    until("its end", || desk.has(".live[data-state=ended]")).await;
    assert!(desk.text_of(".live").await.contains("You were signed out"));
    desk.visit(&shop.at("/account")).await;
    assert_eq!(desk.path().await, "/sign-in", "out at its next request");
    assert!(desk.text().await.contains("You were signed out."));
    phone.reload().await;
    assert!(phone.is_signed_in().await, "this one stays");
}
