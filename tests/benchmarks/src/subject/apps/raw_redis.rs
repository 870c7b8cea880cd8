//! The application without a session library: the commands that this library's store in Redis sends,
//! by the same client, and the same JSON. What is left out is what a session is: a token that nobody
//! can guess, limits, merging.
//!
//! ```text
//! record = 'a' ‖ revision (20 digits) ‖ touched (20) ‖ expires (20) ‖ JSON
//! ```

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    extract::State,
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use redis::{IntoConnectionInfo, Script, aio::ConnectionManager, io::tcp::TcpSettings};

use super::Answer;
use crate::{
    Outcome,
    session::{Auth, USER, somebody},
};

/// The library's own script, so that the server has the same work.
const SAVE: &str = concat!(
    include_str!("../../../../../session-runtime/src/store/redis/scripts/head.lua"),
    include_str!("../../../../../session-runtime/src/store/redis/scripts/save.lua")
);
/// Bytes before the JSON.
const HEAD: usize = 61;
/// Bytes of the kind and the revision.
const REVISION: usize = 21;
const DAY: u64 = 24 * 60 * 60 * 1000;

#[derive(Clone)]
struct Redis {
    connection: ConnectionManager,
    save: Arc<Script>,
    next: Arc<AtomicU64>,
}

struct Record {
    key: String,
    bytes: Vec<u8>,
    session: Auth,
}

impl Redis {
    async fn load(&self, headers: &HeaderMap) -> Outcome<Record> {
        let cookie = headers.get(header::COOKIE).ok_or("no cookie")?.to_str()?;
        let key = cookie.strip_prefix("raw=").ok_or("no session")?.to_owned();
        let mut connection = self.connection.clone();
        let mut get = redis::cmd("GET");
        let bytes: Vec<u8> = get.arg(&key).query_async(&mut connection).await?;
        let session = serde_json::from_slice(bytes.get(HEAD..).ok_or("no record")?)?;
        Ok(Record {
            key,
            bytes,
            session,
        })
    }

    async fn save(&self, record: &Record) -> Outcome<()> {
        let was = record.bytes.get(..REVISION).ok_or("no record")?;
        let data = bytes(&record.session)?;
        let mut connection = self.connection.clone();
        let mut save = self.save.key(&record.key);
        let save = save.arg(was).arg(data).arg(DAY);
        match save.invoke_async::<u8>(&mut connection).await? {
            0 => Ok(()),
            code => Err(format!("the script answers {code}").into()),
        }
    }
}

fn bytes(session: &Auth) -> Outcome<Vec<u8>> {
    let mut bytes = format!("a{:020}{:020}{:020}", 1, 1, DAY).into_bytes();
    serde_json::to_writer(&mut bytes, session)?;
    Ok(bytes)
}

async fn sign_in(State(redis): State<Redis>) -> Result<impl IntoResponse, StatusCode> {
    let key = format!("{:064}", redis.next.fetch_add(1, Ordering::Relaxed));
    let mut connection = redis.connection.clone();
    let mut set = redis::cmd("SET");
    set.arg(&key).arg(bytes(&somebody()).map_err(failed)?);
    set.exec_async(&mut connection).await.map_err(failed)?;
    let cookie = format!("raw={key}; Path=/; HttpOnly");
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), "ok"))
}

async fn untouched() -> &'static str {
    "ok"
}

async fn read(State(redis): State<Redis>, headers: HeaderMap) -> Answer {
    match redis.load(&headers).await {
        Ok(record) if record.session.user_id == Some(USER) => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn write(State(redis): State<Redis>, headers: HeaderMap) -> Answer {
    let mut record = redis.load(&headers).await.map_err(failed)?;
    record.session.visits += 1;
    redis.save(&record).await.map_err(failed)?;
    Ok("ok")
}

async fn visits(State(redis): State<Redis>, headers: HeaderMap) -> Result<String, StatusCode> {
    let record = redis.load(&headers).await.map_err(failed)?;
    Ok(record.session.visits.to_string())
}

/// As the library's store has it: no command waits for the acknowledgement of the one before. Without
/// `TCP_NODELAY`, as the client comes, commands of several requests go out together, which saves both
/// sides system calls where they are on one machine, and costs a round trip where they are not.
async fn connection(url: &str) -> Outcome<ConnectionManager> {
    let info = url.into_connection_info()?;
    let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
    Ok(redis::Client::open(info)?.get_connection_manager().await?)
}

fn failed<E>(_: E) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

pub(crate) async fn app(url: &str) -> Outcome<Router> {
    let redis = Redis {
        connection: connection(url).await?,
        save: Arc::new(Script::new(SAVE)),
        next: Arc::default(),
    };
    Ok(Router::new()
        .route("/sign-in", get(sign_in))
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/visits", get(visits))
        .with_state(redis))
}
