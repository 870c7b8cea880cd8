//! Cookies of a given value: that of a session whose signer gives it.

use std::collections::BTreeMap;

use session_runtime::{
    Config,
    fastify_session::{FastifySession, Signer, Unsigned},
};

use crate::{
    entries::First,
    node_session::{self, Asked},
    record_store::RecordStore,
};

#[derive(Debug)]
struct Given(String);

impl Signer for Given {
    fn sign(&self, _: &str) -> String {
        self.0.clone()
    }

    fn unsign(&self, _: &str) -> Option<Unsigned> {
        Some(Unsigned {
            id: "id".to_owned(),
            is_stale: false,
        })
    }
}

/// Name and value as a response sends them.
pub(crate) async fn sent(name: &str, value: &str) -> Option<String> {
    let record = BTreeMap::from([("sess:id".to_owned(), "{}".to_owned())]);
    let store = RecordStore::new(&record, None);
    let session = FastifySession::new(store, Given(value.to_owned()));
    let config = Config::<First>::shared_with_node(session).cookie_name(name.to_owned());
    let asked = Asked {
        path: "/".to_owned(),
        proto: "https".to_owned(),
        cookie: Some(format!("{name}=anything")),
        ..Asked::default()
    };
    let answered = node_session::answer(config, asked).await.ok()?;
    let line = answered.set_cookie.first()?;
    Some(line.split("; ").next()?.to_owned())
}
