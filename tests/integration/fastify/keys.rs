//! Keys: their forms, their rotation, secrets, signatures.

use session_runtime::{Config, Key, Keyring};
use tests::{Client, key};

use super::{Data, NOTHING, SOMETHING, client};

const SECRET: &[u8] = b"averylogphrasebiggerthanthirtytwochars";

/// Writes with one configuration and reads with another.
async fn across(writer: Config<Data>, reader: Config<Data>) -> String {
    let mut writer = client(writer);
    writer.get("/write").await;
    let mut reader = client(reader);
    reader.set_cookie("session", writer.cookie("session").unwrap());
    reader.get("/read").await.text()
}

#[tokio::test]
async fn row_19_a_key_may_be_base64() {
    let base64 = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    let config = Config::new(Key::from_base64(base64).unwrap());
    assert_eq!(across(config, Config::new(key(1))).await, SOMETHING);
}

#[tokio::test]
async fn row_20_several_keys_may_be_base64() {
    let current = Key::from_base64("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=").unwrap();
    let old = Key::from_base64("AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE").unwrap();
    let keyring = Keyring::new(current).also_open(old);
    assert_eq!(
        across(Config::new(key(2)), Config::new(keyring)).await,
        SOMETHING
    );
}

#[tokio::test]
async fn row_21_cookies_of_the_old_key_are_read_after_a_restart_with_both() {
    let rotated = Keyring::new(key(2)).also_open(key(1));
    assert_eq!(
        across(Config::new(key(1)), Config::new(rotated)).await,
        SOMETHING
    );
    assert_eq!(
        across(Config::new(key(1)), Config::new(key(2))).await,
        NOTHING
    );
}

#[tokio::test]
async fn row_23_24_31_the_keys_sign_where_signing_is_asked_for() {
    let keyring = || Keyring::new(key(2)).also_open(key(1));
    for config in [
        || Config::new(key(1)).signed(),
        || Config::new(key(1)).signed().as_node(),
    ] {
        assert_eq!(across(config(), config()).await, SOMETHING);
    }
    assert_eq!(
        across(
            Config::new(keyring()).signed(),
            Config::new(keyring()).signed()
        )
        .await,
        SOMETHING
    );
    // The older key's signature is taken here, which Node does not.
    let old = || Config::new(key(1)).signed();
    assert_eq!(
        across(old(), Config::new(keyring()).signed()).await,
        SOMETHING
    );
    assert_eq!(
        across(old(), Config::new(keyring()).signed().as_node()).await,
        NOTHING
    );
}

#[tokio::test]
async fn row_28_a_key_of_32_bytes_is_accepted() {
    let config = || Config::new(Key::try_from_slice(key(1).expose_bytes()).unwrap());
    assert_eq!(across(config(), config()).await, SOMETHING);
}

#[test]
fn row_29_30_keys_of_other_lengths_are_refused_with_what_is_wrong() {
    for length in [0, 1, 27, 31, 33, 37, 48, 64] {
        let bytes: Vec<u8> = (0..length).collect();
        let error = Key::try_from_slice(&bytes).unwrap_err().to_string();
        assert!(
            error.contains(&format!("{length} bytes where a key has 32")),
            "{error}"
        );
    }
}

#[test]
fn row_40_41_secrets_have_32_bytes_at_least() {
    let short = Key::from_passphrase_with_node_salt(&[b'a'; 31]).unwrap_err();
    assert!(short.to_string().contains("32"), "{short}");
    assert!(Key::from_passphrase_with_node_salt(&[b'a'; 32]).is_ok());
}

/// The cookie of a server with this key.
async fn written_with(key: Key) -> Client {
    let mut client = client(Config::new(key));
    client.get("/write").await;
    client
}

#[tokio::test]
async fn row_43_44_45_46_secrets_give_the_keys_that_node_derives() {
    let salt = *b"mq9hDxBVDbspDR6n";
    for (key, hex) in [
        (
            Key::from_passphrase_with_node_salt(SECRET),
            "b26d7bb1252a79d7f24e1af3ba192dda3fb33e965905edcff87493ace649b67e",
        ),
        (
            Key::from_passphrase(SECRET, &salt),
            "fa4edddde76d7a8f4a7d89b3a93effcc51d9e7bf176b6441c5d82a3b86c2f82b",
        ),
        (
            Key::from_passphrase(
                b"another secret that is long enough!!",
                &std::array::from_fn(|i| u8::try_from(i).unwrap()),
            ),
            "9b5489bfd19feafcafa8115887ecb148bf05964778824ca468143c100e299be3",
        ),
    ] {
        let known = Key::from_hex(hex).unwrap();
        let writer = written_with(key.unwrap()).await;
        let mut reader = client(Config::new(known));
        reader.set_cookie("session", writer.cookie("session").unwrap());
        assert_eq!(reader.get("/read").await.text(), SOMETHING);
    }
}

#[tokio::test]
async fn row_47_a_secret_signs_with_itself() {
    let config = || Config::new(key(1)).signed_with(SECRET);
    assert_eq!(across(config(), config()).await, SOMETHING);
    assert_eq!(
        across(config(), Config::new(key(1)).signed()).await,
        NOTHING
    );
}

#[tokio::test]
async fn row_48_a_signed_cookie_works_until_it_is_tampered_with() {
    for config in [
        || Config::new(key(1)).signed(),
        || Config::new(key(1)).signed().as_node(),
    ] {
        let mut client = client(config());
        client.get("/write").await;
        assert_eq!(client.get("/read").await.text(), SOMETHING);
        let value = client.cookie("session").unwrap();
        let tampered = format!("{}AAAAA", &value[..value.len() - 5]);
        client.set_cookie("session", tampered);
        let answer = client.get("/read").await;
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (200, NOTHING)
        );
    }
}
