//! SQLite, beside the engine on one connection and one thread, with the settings that the store has.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use rusqlite::Connection;
use tokio::runtime::Runtime;

use super::{
    CLIENTS, RECORD,
    clients::{asking, requests},
    key,
};
use crate::{Outcome, apps, case::Case};

pub(super) fn cases(runtime: &'static Runtime) -> Outcome<Vec<Case>> {
    let app = runtime.block_on(apps::named("sqlite", None))?;
    let mut cases = requests("sqlite", runtime, &app)?;
    cases.push(asking("a hop", runtime, vec![()], |(), until| hops(until)));
    let connection = Arc::new(Mutex::new(filled()?));
    cases.push(bare("sqlite alone, read", &connection, look));
    cases.push(bare("sqlite alone, read and write", &connection, change));
    Ok(cases)
}

/// To a thread that does nothing, and back; how often.
async fn hops(until: Instant) -> Outcome<u32> {
    let mut hops = 0;
    while Instant::now() < until {
        tokio::task::spawn_blocking(|| ()).await?;
        hops += 1;
    }
    Ok(hops)
}

fn filled() -> Outcome<Connection> {
    let connection = Connection::open(apps::folder()?.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE bare (key BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;",
    )?;
    for client in 0..CLIENTS {
        let insert = "INSERT INTO bare VALUES (?1, ?2)";
        connection.execute(insert, (key(client), vec![b'x'; RECORD]))?;
    }
    Ok(connection)
}

fn bare(
    name: &str,
    connection: &Arc<Mutex<Connection>>,
    operation: fn(&Connection, usize) -> Outcome<()>,
) -> Case {
    /// Operations in one sample.
    const TIMES: u32 = 500;
    let connection = Arc::clone(connection);
    Case::sampled(name, move || {
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let start = Instant::now();
        for time in 0..TIMES as usize {
            operation(&connection, time % CLIENTS)?;
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES))
    })
}

fn look(connection: &Connection, client: usize) -> Outcome<()> {
    let mut select = connection.prepare_cached("SELECT data FROM bare WHERE key = ?1")?;
    let _: Vec<u8> = select.query_row([key(client)], |row| row.get(0))?;
    Ok(())
}

fn change(connection: &Connection, client: usize) -> Outcome<()> {
    look(connection, client)?;
    let mut update = connection.prepare_cached("UPDATE bare SET data = ?2 WHERE key = ?1")?;
    match update.execute((key(client), vec![b'x'; RECORD]))? {
        1 => Ok(()),
        rows => Err(format!("{rows} rows were changed").into()),
    }
}
