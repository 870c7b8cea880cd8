//! The cookie: its name, its attributes, its removal.

use std::time::{Duration, UNIX_EPOCH};

use session_runtime::{Config, SameSite};
use tests::key;

use super::{attributes, client};

fn hour() -> Duration {
    Duration::from_secs(3600)
}

#[tokio::test]
async fn row_08_the_cookie_has_the_name_it_is_given() {
    let mut client = client(Config::new(key(1)).cookie_name("my-session-cookie"));
    client.get("/write").await;
    assert!(client.cookie("my-session-cookie").is_some());
    assert!(client.cookie("session").is_none());
}

#[tokio::test]
async fn row_12_deletion_empties_the_cookie_and_overrides_its_lifetime() {
    let config = || Config::new(key(1)).as_node().path("/");
    let expires = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
    for config in [
        config(),
        config().max_age(hour()),
        config().expires(expires),
    ] {
        let mut client = client(config);
        client.get("/write").await;
        let answer = client.get("/delete").await;
        assert_eq!(
            answer.set_cookies(),
            [
                "session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; \
                 SameSite=Lax"
            ]
        );
    }
}

#[tokio::test]
async fn row_13_options_set_attributes_of_one_response() {
    let mut client = client(Config::new(key(1)).as_node());
    let answer = client.get("/options").await;
    assert_eq!(attributes(&answer), "Max-Age=3600; HttpOnly; SameSite=Lax");
    assert_eq!(
        attributes(&client.get("/write").await),
        "HttpOnly; SameSite=Lax"
    );
}

#[tokio::test]
async fn row_14_options_override_what_is_configured_and_leave_the_rest() {
    let config = Config::new(key(1))
        .as_node()
        .path("/")
        .max_age(Duration::from_secs(60));
    let answer = client(config).get("/options").await;
    assert_eq!(
        attributes(&answer),
        "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"
    );
}

#[tokio::test]
async fn row_17_http_only_can_be_turned_off() {
    let config = Config::new(key(1)).as_node().path("/").http_only(false);
    assert_eq!(
        attributes(&client(config).get("/write").await),
        "Path=/; SameSite=Lax"
    );
}

#[tokio::test]
async fn row_18_http_only_is_on_and_survives_options_in_the_order_of_node() {
    let config = Config::new(key(1)).as_node().path("/");
    let answer = client(config).get("/options").await;
    assert_eq!(
        attributes(&answer),
        "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"
    );
}

#[tokio::test]
async fn row_32_an_empty_cookie_is_a_fresh_session() {
    let mut client = client(Config::new(key(1)).as_node());
    client.set_cookie("session", "");
    let answer = client.get("/read").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (200, super::NOTHING)
    );
}

#[tokio::test]
async fn row_35_a_nonce_of_another_length_is_a_fresh_session() {
    let mut client = client(Config::new(key(1)).as_node());
    client.get("/write").await;
    let value = client.cookie("session").unwrap().to_owned();
    client.set_cookie("session", format!("{value}aaaaaaaaaa"));
    let answer = client.get("/read").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (200, super::NOTHING)
    );
}

#[tokio::test]
async fn row_36_a_configured_path_is_sent() {
    let config = Config::new(key(1))
        .as_node()
        .path("/app")
        .same_site(SameSite::Strict);
    let answer = client(config).get("/write").await;
    assert_eq!(attributes(&answer), "Path=/app; HttpOnly; SameSite=Strict");
}

#[tokio::test]
async fn row_49_touch_sends_the_cookie_of_an_unchanged_session() {
    let config = Config::new(key(1)).as_node().path("/").max_age(hour());
    let mut client = client(config);
    for _ in 0..2 {
        let answer = client.get("/touch").await;
        assert_eq!(
            attributes(&answer),
            "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"
        );
    }
    assert_eq!(client.get("/read").await.set_cookies(), [""; 0]);
}

#[tokio::test]
async fn without_as_node_the_cookie_is_secure_and_has_a_path() {
    let answer = client(Config::new(key(1))).get("/write").await;
    assert_eq!(
        attributes(&answer),
        "Path=/; HttpOnly; Secure; SameSite=Lax"
    );
}
