//! What a person does in a browser, and what he sees.

use std::{future::Future, time::Duration};

use examples::app::{DEMO_EMAIL, DEMO_PASSWORD};
use fantoccini::{Client, Locator, cookies::Cookie, elements::Element};
use serde_json::Value;

use crate::driver::{Driver, Scripts};

/// A window, and the program that shows it.
pub(crate) struct Browser {
    pub(crate) client: Client,
    _driver: Driver,
}

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long until a condition is looked at again.
const PAUSE: Duration = Duration::from_millis(40);

/// Waits until `condition` holds.
///
/// # Panics
///
/// If it does not in time.
pub(crate) async fn until<F>(what: &str, mut condition: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    let mut ticks = tokio::time::interval(PAUSE);
    let holds = async {
        loop {
            ticks.tick().await;
            if condition().await {
                return;
            }
        }
    };
    let held = tokio::time::timeout(DEADLINE, holds).await;
    held.unwrap_or_else(|_| panic!("waited in vain: {what}"));
}

impl Browser {
    /// `None`: there is none, which has been said.
    pub(crate) async fn open() -> Option<Self> {
        Self::with(Scripts::On).await
    }

    pub(crate) async fn with(scripts: Scripts) -> Option<Self> {
        let (client, driver) = Driver::start(scripts).await?;
        Some(Self {
            client,
            _driver: driver,
        })
    }

    pub(crate) async fn visit(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub(crate) async fn path(&self) -> String {
        let address = self.client.current_url().await.unwrap();
        address.path().to_owned()
    }

    /// What the page says.
    pub(crate) async fn text(&self) -> String {
        self.text_of("body").await
    }

    pub(crate) async fn text_of(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    pub(crate) async fn has(&self, selector: &str) -> bool {
        let found = self.client.find_all(Locator::Css(selector)).await.unwrap();
        !found.is_empty()
    }

    pub(crate) async fn find(&self, selector: &str) -> Element {
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    pub(crate) async fn type_into(&self, name: &str, text: &str) {
        let input = self.find(&format!("main [name={name}]")).await;
        input.clear().await.unwrap();
        input.send_keys(text).await.unwrap();
    }

    /// Presses what leads to another page, and waits for that.
    pub(crate) async fn press(&self, selector: &str) {
        let page = self.find("html").await;
        self.find(selector).await.click().await.unwrap();
        until("another page", || async {
            page.clone().tag_name().await.is_err()
        })
        .await;
        let is_loaded = self.client.find(Locator::Css("footer")).await;
        is_loaded.unwrap_or_else(|error| panic!("after {selector}: {error}"));
    }

    /// Signs in as the one who is there from the start, on the page to sign in.
    pub(crate) async fn fill_in_and_sign_in(&self) {
        self.type_into("email", DEMO_EMAIL).await;
        self.type_into("password", DEMO_PASSWORD).await;
        self.press("main .primary").await;
    }

    pub(crate) async fn is_signed_in(&self) -> bool {
        self.has("nav form[action='/sign-out']").await
    }

    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// The cookie as the browser keeps it.
    pub(crate) async fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        match self.client.get_named_cookie(name).await {
            Ok(cookie) => Some(cookie),
            Err(error) if error.is_no_such_cookie() => None,
            Err(error) => panic!("{name}: {error}"),
        }
    }
}
