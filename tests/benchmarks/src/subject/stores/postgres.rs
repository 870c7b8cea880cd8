//! PostgreSQL, beside the bare statements on as many connections as the store's pool has.

use std::{sync::Arc, time::Instant};

use tests::servers::postgres::Database;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Statement};

use super::{
    CLIENTS, RECORD,
    clients::{asking, requests},
    key,
};
use crate::{Outcome, apps, case::Case};

/// The size of the store's pool.
const CONNECTIONS: usize = 16;

pub(super) fn cases(runtime: &'static Runtime) -> Outcome<Vec<Case>> {
    let database = Database::alone(&[]).ok_or("there is no PostgreSQL server")?;
    let app = runtime.block_on(apps::named("postgres", Some(&database.url())))?;
    let mut cases = requests("postgres", runtime, &app)?;
    let connections = runtime.block_on(connections(&database.url()))?;
    // The server runs as long as the cases.
    let bare = Arc::new((connections, database));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| (Arc::clone(&bare), client))
        .collect();
    cases.push(asking(
        "postgres alone, read, 32 clients",
        runtime,
        clients.clone(),
        |(bare, client), until| async move {
            let (connection, mut requests) = (connection(&bare.0, client)?, 0);
            while Instant::now() < until {
                look(connection, client).await?;
                requests += 1;
            }
            Ok(requests)
        },
    ));
    cases.push(asking(
        "postgres alone, read and write, 32 clients",
        runtime,
        clients,
        |(bare, client), until| async move {
            let (connection, mut requests) = (connection(&bare.0, client)?, 0);
            while Instant::now() < until {
                change(connection, client).await?;
                requests += 1;
            }
            Ok(requests)
        },
    ));
    Ok(cases)
}

/// A connection with what it reads and writes by.
struct Connection {
    client: Client,
    select: Statement,
    update: Statement,
}

fn connection(all: &[Connection], client: usize) -> Outcome<&Connection> {
    all.get(client % CONNECTIONS)
        .ok_or_else(|| "no connection".into())
}

async fn connections(url: &str) -> Outcome<Vec<Connection>> {
    let mut connections = Vec::new();
    for index in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        if index == 0 {
            fill(&client).await?;
        }
        connections.push(Connection {
            select: client
                .prepare("SELECT data FROM bare WHERE key = $1")
                .await?,
            update: client
                .prepare("UPDATE bare SET data = $2 WHERE key = $1")
                .await?,
            client,
        });
    }
    Ok(connections)
}

async fn fill(client: &Client) -> Outcome<()> {
    let table = "CREATE TABLE bare (key bytea PRIMARY KEY, data bytea NOT NULL)";
    client.batch_execute(table).await?;
    for number in 0..CLIENTS {
        let insert = "INSERT INTO bare VALUES ($1, $2)";
        let data = vec![b'x'; RECORD];
        client
            .execute(insert, &[&key(number).as_slice(), &data])
            .await?;
    }
    Ok(())
}

async fn look(connection: &Connection, client: usize) -> Outcome<()> {
    let key = key(client);
    let select = &connection.select;
    connection
        .client
        .query_one(select, &[&key.as_slice()])
        .await?;
    Ok(())
}

async fn change(connection: &Connection, client: usize) -> Outcome<()> {
    look(connection, client).await?;
    let (key, data) = (key(client), vec![b'x'; RECORD]);
    let update = &connection.update;
    let rows = connection
        .client
        .execute(update, &[&key.as_slice(), &data])
        .await?;
    if rows == 1 {
        Ok(())
    } else {
        Err("no row was changed".into())
    }
}
