//! Every server that is measured.

use tests::servers::{postgres::Database, redis::RedisServer};

use super::{cores::Cores, server::Server};
use crate::{Outcome, settings::Settings, worker::Build};

pub(super) const PLAIN: &str = "axum without sessions";
pub(super) const SEALED: &str = "ours, sealed";
pub(super) const SEALED_SIMD: &str = "ours, sealed, simd-cipher";
pub(super) const REDIS: &str = "ours, Redis";
pub(super) const RAW_REDIS: &str = "Redis, the same commands";

/// The servers of stores, which end when this is dropped.
pub(super) struct Stores {
    redis: RedisServer,
    postgres: Database,
}

/// Applications of `subject` that need no other server.
const ALONE: [(&str, Build, &str); 12] = [
    (PLAIN, Build::Default, "plain"),
    (SEALED, Build::Default, "sealed"),
    (SEALED_SIMD, Build::Simd, "sealed"),
    ("ours, sealed, opened anew", Build::Default, "sealed-anew"),
    ("ours, fastify", Build::Default, "fastify"),
    ("ours, hattip encrypted", Build::Default, "hattip"),
    ("ours, memory", Build::Default, "memory"),
    ("ours, memory, decoded anew", Build::Default, "memory-anew"),
    ("ours, SQLite", Build::Default, "sqlite"),
    ("tower-sessions, memory", Build::Default, "tower-sessions"),
    ("PrivateCookieJar", Build::Default, "private-jar"),
    ("axum_session, memory", Build::Default, "axum-session"),
];
/// Those that keep their sessions in Redis.
const IN_REDIS: [(&str, &str); 3] = [
    (REDIS, "redis"),
    (RAW_REDIS, "raw-redis"),
    ("tower-sessions, Redis", "tower-sessions-redis"),
];
const IN_NODE: [(&str, &str); 3] = [
    ("Fastify without sessions", "plain"),
    ("@fastify/secure-session", "secure-session"),
    ("@fastify/session, memory", "session"),
];

pub(super) fn start(settings: &Settings, cores: &Cores) -> Outcome<(Vec<Server>, Stores)> {
    let stores = Stores {
        redis: RedisServer::start(&[]).ok_or("there is no redis-server")?,
        postgres: Database::alone(&[]).ok_or("there is no PostgreSQL server")?,
    };
    stores.move_to_load(cores)?;
    let mut servers = Vec::new();
    for (name, build, app) in ALONE {
        servers.push(subject(settings, cores, name, build, &[app])?);
    }
    for (name, app) in IN_REDIS {
        let arguments = [app, &stores.redis.url()];
        servers.push(subject(settings, cores, name, Build::Default, &arguments)?);
    }
    let arguments = ["postgres", &stores.postgres.url()];
    let name = "ours, PostgreSQL";
    servers.push(subject(settings, cores, name, Build::Default, &arguments)?);
    for (name, argument, has_sessions) in [
        ("actix-web without sessions", "plain", false),
        ("actix-session, encrypted cookie", "session", true),
    ] {
        let mut command = cores.server(settings.program("actix"));
        servers.push(Server::start(name, has_sessions, command.arg(argument))?);
    }
    for (name, application) in IN_NODE {
        let mut command = cores.server("node");
        command
            .arg(settings.package().join("node/application.mjs"))
            .arg(application);
        servers.push(Server::start(name, application != "plain", &mut command)?);
    }
    bring_cookies(&mut servers)?;
    Ok((servers, stores))
}

/// The servers without sessions are asked with the cookies of one that has them.
fn bring_cookies(servers: &mut [Server]) -> Outcome<()> {
    let (with, without): (Vec<_>, Vec<_>) = servers.iter_mut().partition(|it| it.has_sessions);
    let sealed = with.iter().find(|server| server.name == SEALED);
    let sealed = sealed.ok_or("no server seals")?;
    for server in without {
        server.bring_cookies_of(sealed);
    }
    Ok(())
}

pub(super) fn subject(
    settings: &Settings,
    cores: &Cores,
    name: &'static str,
    build: Build,
    arguments: &[&str],
) -> Outcome<Server> {
    let program = settings.program(&format!("subject-{}", build.name()));
    let mut command = cores.server(program);
    command.arg("serve").args(arguments);
    Server::start(name, name != PLAIN, &mut command)
}

impl Stores {
    fn move_to_load(&self, cores: &Cores) -> Outcome<()> {
        let information: String = self.redis.try_ask(&["INFO", "server"])?;
        let process = information
            .lines()
            .find_map(|line| line.strip_prefix("process_id:"));
        cores.move_to_load(
            process
                .ok_or("Redis does not say which process it is")?
                .trim()
                .parse()?,
        )?;
        // The first process of the server, whose children are those of connections to come.
        let process = self.postgres.sql("SELECT pg_read_file('postmaster.pid')");
        let process = process
            .lines()
            .next()
            .ok_or("PostgreSQL does not say which process it is")?;
        cores.move_to_load(process.trim().parse()?)
    }
}
