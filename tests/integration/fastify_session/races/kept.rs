//! What a session that gets another id takes along, and what it does not.

use axum::{Router, routing::get};
use serde_json::json;
use session_runtime::{Rolling, Session};
use tests::Client;

use super::{Gate, Held, visited_with, while_held};
use crate::fastify_session::{Site, Visitor};

/// Keeps who it is, and not what was counted.
async fn visited() -> (Site, Client, Gate) {
    let routes = Router::new().route(
        "/held/keep-user",
        get(async |mut session: Session<Visitor>, gate: Held| {
            session.regenerate_keep(Visitor::USER);
            gate.pass().await;
        }),
    );
    visited_with(Rolling::OFF, routes).await
}

#[tokio::test]
async fn what_was_not_kept_does_not_come_with_what_another_wrote_meanwhile() {
    // Also where that is what the session began with.
    for starts in ["/write", "/sign-in"] {
        let (mut site, _, gate) = visited().await;
        site.get(starts).await;
        let (mut client, old) = (site.client.clone(), site.id());
        let others = ["/write", "/write"];
        while_held(&mut site, &mut client, &gate, "/held/keep-user", &others).await;
        assert_eq!(site.record(&old), None);
        let read = client.get("/read").await.text();
        assert_eq!(read, "Some(\"alice\") 0 None", "{starts}");
    }
}

#[tokio::test]
async fn nor_does_what_only_node_knows() {
    for change in ["\"alice\",\"cart\":[1]", "\"of node\",\"cart\":[1]"] {
        let (mut site, mut client, gate) = visited().await;
        let key = format!("sess:{}", site.id());
        let meanwhile = async {
            gate.entered.acquire().await.unwrap().forget();
            let text = site.shelf.get(&key).unwrap();
            site.shelf.put(&key, &text.replace("\"alice\"", change));
            gate.open.add_permits(1);
        };
        tokio::join!(client.get("/held/keep-user"), meanwhile);
        site.client = client;
        let record = site.record(&site.id()).unwrap();
        assert_eq!(record.get("cart"), None);
        assert_eq!(record["n"], json!(0));
        let user = change.split('"').nth(1).unwrap();
        assert_eq!(record["user"], json!(user));
        assert_eq!(site.shelf.keys().len(), 1);
    }
}
