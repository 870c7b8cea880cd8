//! Redis, beside the same commands by the same client, and beside tower-sessions' store.

use tests::servers::redis::RedisServer;
use tokio::runtime::Runtime;

use super::clients::requests;
use crate::{Outcome, apps, case::Case};

pub(super) fn cases(runtime: &'static Runtime) -> Outcome<Vec<Case>> {
    let server = RedisServer::start(&[]).ok_or("there is no redis-server")?;
    let url = server.url();
    let mut cases = Vec::new();
    for (name, app) in [
        ("redis", "redis"),
        ("redis, the same commands", "raw-redis"),
        ("redis, tower-sessions", "tower-sessions-redis"),
    ] {
        let app = runtime.block_on(apps::named(app, Some(&url)))?;
        cases.extend(requests(name, runtime, &app)?);
    }
    let last = cases.pop().ok_or("no case")?;
    cases.push(last.keeping(server));
    Ok(cases)
}
