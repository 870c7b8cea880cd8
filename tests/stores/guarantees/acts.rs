//! The session of most scenarios, and the routes that do with it what they are told.

use std::{collections::BTreeSet, sync::Arc};

use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session, SessionRejection};
use tokio::sync::Semaphore;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "account", idle = "30m", absolute = "12h")]
pub(super) struct Account {
    #[session(principal)]
    pub(super) user_id: Option<u64>,
    pub(super) theme: String,
    pub(super) name: String,
    #[session(merge = "add")]
    pub(super) visits: u64,
    #[session(merge = "union")]
    pub(super) seen: BTreeSet<String>,
    #[session(merge = "max")]
    pub(super) level: u32,
}

impl Account {
    pub(super) fn of(user: u64) -> Self {
        Self {
            user_id: Some(user),
            ..Self::default()
        }
    }
}

/// Stops a handler between its look at the session and the end of its response.
#[derive(Clone)]
pub(super) struct Gate {
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        let closed = || Arc::new(Semaphore::new(0));
        Self {
            arrived: closed(),
            open: closed(),
        }
    }
}

impl Gate {
    pub(super) async fn pass(&self) {
        self.arrived.add_permits(1);
        self.open.acquire().await.unwrap().forget();
    }

    pub(super) async fn arrived(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    pub(super) fn open(&self) {
        self.open.add_permits(1);
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    act: String,
    #[serde(default)]
    wait: bool,
}

pub(super) async fn act(
    State(gate): State<Gate>,
    Query(asked): Query<Asked>,
    mut session: Session<Account>,
) -> String {
    if asked.wait {
        gate.pass().await;
    }
    for act in asked.act.split(',') {
        match act {
            "read" => {}
            "touch" => {
                session.touch();
            }
            "sign_out" => session.delete(),
            act if begins_anew(act, &mut session) => {}
            act => write(act, &mut session),
        }
    }
    show(&session)
}

/// Whether it is an act that replaces the cookie, which has been done.
fn begins_anew(act: &str, session: &mut Session<Account>) -> bool {
    match act {
        "sign_in" => {
            session.regenerate().set_user_id(7);
        }
        "sign_in_8" => {
            session.regenerate().set_user_id(8);
        }
        "anew" => {
            session.regenerate();
        }
        "sudo" => {
            let keep = Account::USER_ID | Account::THEME | Account::NAME | Account::VISITS;
            session.regenerate_keep(keep).set_level(9);
        }
        _ => return false,
    }
    true
}

fn write(act: &str, session: &mut Session<Account>) {
    match act {
        "theme" => {
            session.set_theme("dark");
        }
        "name" => {
            session.set_name("ada");
        }
        "other_name" => {
            session.set_name("grace");
        }
        "visit" => session.update_visits(|visits| *visits += 1),
        "unvisit" => session.update_visits(|visits| *visits -= 1),
        "see_a" => {
            session.update_seen(|seen| seen.insert("a".to_owned()));
        }
        "see_b" => {
            session.update_seen(|seen| seen.insert("b".to_owned()));
        }
        "unsee_a" => {
            session.update_seen(|seen| seen.remove("a"));
        }
        "level_3" => {
            session.set_level(3);
        }
        "level_5" => {
            session.set_level(5);
        }
        "edit" => {
            let mut edit = session.edit();
            edit.theme = "edited".into();
            edit.visits += 10;
        }
        "become_8" => {
            session.set_user_id(8);
        }
        other => panic!("{other}"),
    }
}

fn show(session: &Session<Account>) -> String {
    format!(
        "{:?} {} {} {} {:?} {}",
        session.user_id(),
        session.theme(),
        session.name(),
        session.visits(),
        session.seen(),
        session.level()
    )
}

pub(super) async fn id(session: Session<Account>) -> String {
    session
        .meta()
        .id()
        .map_or_else(String::new, |id| id.encode())
}

pub(super) async fn reason(session: Session<Account>) -> String {
    let reason = session.meta().reason();
    reason.map_or_else(|| "none".to_owned(), |reason| reason.to_string())
}

pub(super) async fn optional(session: Option<Session<Account>>) -> String {
    session.is_some().to_string()
}

pub(super) async fn either(session: Result<Session<Account>, SessionRejection>) -> String {
    session.map_or_else(|_| "a page without it".to_owned(), |_| "with it".to_owned())
}

/// Writes, and sends a cookie of the application's own.
pub(super) async fn beside_own_cookie(
    mut session: Session<Account>,
) -> ([(&'static str, &'static str); 1], String) {
    session.set_theme("dark");
    ([("set-cookie", "own=1; Path=/")], "saved".to_owned())
}
