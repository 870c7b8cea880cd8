//! Whether everybody can use the pages: axe, which asks what a program can ask of WCAG 2.2 A and AA.

use std::path::Path;

use serde_json::Value;

use crate::{browser::Browser, driver::leave_out, shop::Shop};

/// The rules in a browser: what is broken, and where.
const ASK: &str = "
    const [tags, done] = arguments;
    axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(
        ({ passes, violations }) => done([
            passes.length,
            violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]),
        ]),
        (error) => done(String(error)),
    );";
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node/node_modules");
    let axe = std::fs::read_to_string(folder.join("axe-core/axe.min.js"));
    if axe.is_err() {
        leave_out("axe-core is not installed: `npm ci` in tests/browser/node");
    }
    axe.ok()
}

async fn violations(browser: &Browser, axe: &str) -> Value {
    browser.script(axe).await;
    let tags = Value::from_iter(TAGS);
    let answer = browser.client.execute_async(ASK, vec![tags]).await.unwrap();
    let (passes, violations): (u64, Value) = serde_json::from_value(answer).unwrap();
    assert!(passes > 5, "{passes} rules have found something to look at");
    violations
}

const FOR_ALL: [&str; 6] = [
    "/",
    "/tea/mint",
    "/cart",
    "/sign-in",
    "/sign-up",
    "/nowhere",
];
const FOR_MEMBERS: [&str; 8] = [
    "/cart",
    "/account",
    "/account/devices",
    "/account/activity",
    "/account/password",
    "/account/delete",
    "/confirm",
    "/admin",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_keeps_to_wcag() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::open().await else {
        return;
    };
    let shop = Shop::open().await;
    browser.visit(&shop.at("/tea/mint")).await;
    browser.press("main form .primary").await;
    for theme in ["light", "dark"] {
        browser.visit(&shop.at("/")).await;
        browser.press(&format!("footer [value={theme}]")).await;
        check(&browser, &shop, &axe, &FOR_ALL).await;
    }
    browser.visit(&shop.at("/sign-in")).await;
    browser.type_into("email", "ada@example.org").await;
    browser.type_into("password", "a guess of mine").await;
    browser.press("main .primary").await;
    assert_eq!(
        violations(&browser, &axe).await,
        Value::Array(Vec::new()),
        "a mistake"
    );
    browser.fill_in_and_sign_in().await;
    for theme in ["light", "dark"] {
        browser.press(&format!("footer [value={theme}]")).await;
        check(&browser, &shop, &axe, &FOR_MEMBERS).await;
    }
}

async fn check(browser: &Browser, shop: &Shop, axe: &str, paths: &[&str]) {
    for path in paths {
        browser.visit(&shop.at(path)).await;
        assert_eq!(browser.path().await, *path);
        let violations = violations(browser, axe).await;
        assert_eq!(violations, Value::Array(Vec::new()), "{path}");
    }
}
