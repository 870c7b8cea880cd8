//! The Rust half of a fleet: axum on a socket, with the routes that the Node half has.

use std::{net::Ipv4Addr, time::Duration, time::UNIX_EPOCH};

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use session_runtime::{
    Config, FieldSet, Keyring, LateWrite, Session, Sessions, Settings, Unmounted,
    testing::HeldClock,
};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::sessions::{OneShared, Shared, written_at};

/// A server that runs until it is dropped.
pub(crate) struct RustServer {
    pub(crate) port: u16,
    clock: HeldClock,
    sessions: Sessions,
    _runtime: Runtime,
}

impl RustServer {
    pub(crate) fn start(config: Config<Shared>) -> Self {
        let clock = HeldClock::new();
        let settings = Settings::new().clock(&clock).late_write(LateWrite::Report);
        let registry = OneShared { shared: config };
        let unmounted = Unmounted::with_settings(registry, settings).unwrap();
        let sessions = unmounted.codec();
        let app = unmounted.mount(|_| {
            let session = get(read).post(write);
            Router::new()
                .route("/session", session.clone())
                .route("/shop/session", session)
        });
        let runtime = Runtime::new().unwrap();
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async { axum::serve(listener, app).await });
        Self {
            port,
            clock,
            sessions,
            _runtime: runtime,
        }
    }

    pub(crate) fn hold(&self, now_ms: u64) {
        self.clock.set(UNIX_EPOCH + Duration::from_millis(now_ms));
    }

    /// Goes on with other keys, while it runs.
    pub(crate) fn replace_keys(&self, keyring: Keyring) {
        self.sessions.swap_keyring::<Shared>(keyring).unwrap();
    }
}

async fn read(session: Session<Shared>) -> Json<Value> {
    seen(&session)
}

async fn write(mut session: Session<Shared>, Json(calls): Json<Vec<Vec<Value>>>) -> Json<Value> {
    for call in calls {
        let mut parts = call.into_iter();
        let method = parts.next().unwrap();
        match method.as_str().unwrap() {
            "set" => set(
                &mut session,
                parts.next().unwrap().as_str().unwrap(),
                parts.next().unwrap(),
            ),
            "touch" => drop(session.touch()),
            "delete" => session.delete(),
            "regenerate" => regenerate(&mut session, parts.next()),
            // What no request can bring, because it would not be read.
            "wrap" => {
                let notes = session.notes().cloned();
                session.set_notes(json!([notes]));
            }
            other => panic!("no such method: {other}"),
        }
    }
    seen(&session)
}

fn set(session: &mut Session<Shared>, field: &str, value: Value) {
    fn of<V: serde::de::DeserializeOwned>(value: Value) -> Option<V> {
        serde_json::from_value(value).unwrap()
    }
    match field {
        "user" => session.set_user(of::<String>(value)),
        "visits" => session.set_visits(of::<u64>(value)),
        "ratio" => session.set_ratio(of::<f64>(value)),
        "roles" => session.set_roles(of::<Vec<String>>(value)),
        "cart" => session.set_cart(of::<std::collections::BTreeMap<String, u32>>(value)),
        "notes" => session.set_notes(of::<Value>(value)),
        other => panic!("no such field: {other}"),
    };
}

fn regenerate(session: &mut Session<Shared>, keep: Option<Value>) {
    let Some(keep) = keep else {
        session.regenerate();
        return;
    };
    let keep: Vec<String> = serde_json::from_value(keep).unwrap();
    let keep = match &*keep.join(" ") {
        "user" => FieldSet::from(Shared::USER),
        "user cart" => Shared::USER | Shared::CART,
        "visits ratio roles notes" => {
            Shared::VISITS | Shared::RATIO | Shared::ROLES | Shared::NOTES
        }
        other => panic!("nobody keeps these: {other}"),
    };
    session.regenerate_keep(keep);
}

fn seen(session: &Session<Shared>) -> Json<Value> {
    let reason = session.meta().reason().map(|reason| reason.to_string());
    Json(json!({ "data": session.data(), "ts": written_at(session), "reason": reason }))
}
