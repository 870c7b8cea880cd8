//! Node writes while a handler here has the session. It writes without looking, so all that can be
//! done is to look here.

use session_runtime::Rolling;
use tests::{Answer, Client};

use super::{Gate, lost, visited};
use crate::fastify_session::{ALICE, MINUTE, Site, assert_silent, line};

/// Asks for `held`, and while its handler has the session lets Node change the record.
async fn while_node_writes(
    site: &Site,
    client: &mut Client,
    gate: &Gate,
    held: &str,
    change: impl FnOnce(String) -> String,
) -> Answer {
    let key = format!("sess:{}", site.id());
    let meanwhile = async {
        gate.entered.acquire().await.unwrap().forget();
        let text = site.shelf.get(&key).unwrap();
        site.shelf.put(&key, &change(text));
        gate.open.add_permits(1);
    };
    tokio::join!(client.get(held), meanwhile).0
}

#[tokio::test]
async fn what_node_writes_meanwhile_stays_field_by_field() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    let change = |text: String| text.replace("\"alice\"", "\"of node\",\"cart\":[1]");
    while_node_writes(&site, &mut held, &gate, "/held/write", change).await;
    assert_eq!(site.read().await, "Some(\"of node\") 11 None");
    let record = site.record(&site.id()).unwrap();
    assert_eq!(record["cart"], serde_json::json!([1]));
}

#[tokio::test]
async fn an_expired_session_that_node_brings_back_meanwhile_stays() {
    let (mut site, mut held, gate) = visited(Rolling::OFF).await;
    site.clock.advance(MINUTE);
    let change = |text: String| text.replace("2020-01-01", "2020-01-02");
    let answer = while_node_writes(&site, &mut held, &gate, "/held/read", change).await;
    line(&answer);
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn what_node_spoils_meanwhile_ends_the_session_here_and_stays_as_it_is() {
    for spoilt in ["", "{\"n\":\"many\"}", "{\"cookie\":{\"expires\":\"x\"}}"] {
        for path in ["/held/write", "/held/keep"] {
            let (site, mut held, gate) = visited(Rolling::OFF).await;
            let change = |_| spoilt.to_owned();
            let answer = while_node_writes(&site, &mut held, &gate, path, change).await;
            assert_silent(&answer);
            assert_eq!(lost(&site), 1);
            assert_eq!(
                site.shelf.get(&format!("sess:{}", site.id())).unwrap(),
                spoilt
            );
            assert_eq!(site.shelf.keys().len(), 1);
        }
    }
}
