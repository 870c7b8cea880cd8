//! D32: a field that is marked secret is shown nowhere, and nothing that a field holds is markup.

use super::*;

/// A session whose fields have other names and shapes on the wire.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
#[serde(rename_all = "camelCase")]
struct Renamed {
    open_field: String,
    #[session(secret)]
    api_key: String,
    #[serde(rename = "x")]
    #[session(secret, rename = "pin")]
    code: Vec<String>,
    #[serde(with = "reversed")]
    #[session(secret)]
    shaped: String,
}

/// Writes a text from its end.
mod reversed {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text.chars().rev().collect::<String>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        String::deserialize(from).map(|text| text.chars().rev().collect())
    }
}

#[derive(SessionRegistry)]
struct OfRenamed {
    auth: Config<Renamed>,
}

/// The page and the JSON of a browser that has `data`.
async fn shown(data: Renamed) -> [String; 2] {
    let inspector = SessionInspector::new();
    let registry = OfRenamed {
        auth: Config::new(key(1)),
    };
    let settings = Settings::new().inspector(&inspector);
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let cookie = testing::request_cookie(&unmounted.codec(), data)
        .await
        .unwrap();
    let router = unmounted.mount(|_| Router::new().route_service("/sessions", inspector));
    let mut client = Client::new(router);
    let (name, value) = cookie.to_str().unwrap().split_once('=').unwrap();
    assert_eq!(name, "__Host-auth");
    client.set_cookie("__Host-auth", value);
    let page = client.get("/sessions").await.text();
    let json = client.get("/sessions?format=json").await.text();
    [page, json]
}

#[tokio::test]
async fn d32_secret_fields_are_masked_in_the_page_and_in_the_json() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let page = app.page().await.text();
    assert!(page.contains("token") && !page.contains(TOKEN));
    let seen = app.seen().await;
    let token = field(&seen, "token");
    assert_eq!(
        (token["secret"].as_bool(), token.get("value")),
        (Some(true), None)
    );
    assert!(!seen.to_string().contains(TOKEN));
}

#[tokio::test]
async fn d32_a_secret_field_is_masked_whatever_it_is_called_and_looks_like() {
    let data = Renamed {
        open_field: "everybody may see this".to_owned(),
        api_key: "sk-telling".to_owned(),
        code: vec!["1234-telling".to_owned()],
        shaped: "gnillet".to_owned(),
    };
    for text in shown(data).await {
        assert!(text.contains("everybody may see this"));
        assert!(text.contains("apiKey") && text.contains("shaped"));
        assert!(
            !text.contains("telling") && !text.contains("gnillet"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn d32_a_secret_that_is_empty_does_not_show_that() {
    let [_, json] = shown(Renamed::default()).await;
    let report: Value = serde_json::from_str(&json).unwrap();
    for name in ["shaped", "apiKey"] {
        assert_eq!(
            field(&report["sessions"][0], name)["secret"],
            true,
            "{name}"
        );
    }
}

#[tokio::test]
async fn d32_neither_ids_nor_cookies_are_shown() {
    let mut app =
        App::new(Config::new(key(1)).revocations(session_runtime::store::MemoryStore::new()));
    app.client.get("/write").await;
    app.client.get("/read").await;
    let value = app.client.cookie("__Host-auth").unwrap().to_owned();
    let session = app.sessions.decode::<Auth>(&value).unwrap();
    let id = session.meta().id().unwrap();
    let id = id.encode();
    for text in [app.page().await.text(), app.seen().await.to_string()] {
        assert!(!text.contains(&value) && !text.contains(&id));
    }
}

#[tokio::test]
async fn what_a_field_holds_is_text_and_no_markup() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let page = app.page().await.text();
    assert!(page.contains("&lt;/script&gt;&lt;/style&gt;&lt;b&gt;&amp;"));
    for markup in ["<b>", "</script", "<script"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
}
