//! The application with tower-sessions: a key for each field, as its own examples have it, so that a
//! request decodes what it needs alone.

use axum::Router;
use tower_sessions::MemoryStore;
use tower_sessions_redis_store::{
    RedisStore,
    fred::prelude::{ClientLike, Config, Pool},
};

use crate::Outcome;

macro_rules! application {
    ($name:ident, $library:ident) => {
        mod $name {
            use axum::{Router, routing::get};
            use http::StatusCode;
            use $library::{Session, SessionManagerLayer, SessionStore, session::Error};

            use crate::{
                apps::Answer,
                session::{USER, somebody},
            };

            async fn sign_in(session: Session) -> Answer {
                try_sign_in(&session).await.map_err(failed)
            }

            async fn try_sign_in(session: &Session) -> Result<&'static str, Error> {
                let somebody = somebody();
                session.insert("user_id", somebody.user_id).await?;
                session.insert("email", somebody.email).await?;
                session.insert("roles", somebody.roles).await?;
                session.insert("theme", somebody.theme).await?;
                session.insert("csrf", somebody.csrf).await?;
                session.insert("visits", somebody.visits).await?;
                Ok("ok")
            }

            async fn read(session: Session) -> Answer {
                match session.get("user_id").await.map_err(failed)? {
                    Some(USER) => Ok("ok"),
                    _ => Err(StatusCode::UNAUTHORIZED),
                }
            }

            async fn write(session: Session) -> Answer {
                let visits = counted(&session).await?;
                let written = session.insert("visits", visits + 1).await;
                written.map(|()| "ok").map_err(failed)
            }

            async fn visits(session: Session) -> Result<String, StatusCode> {
                Ok(counted(&session).await?.to_string())
            }

            async fn counted(session: &Session) -> Result<u32, StatusCode> {
                let visits = session.get("visits").await.map_err(failed)?;
                visits.ok_or(StatusCode::UNAUTHORIZED)
            }

            fn failed<E>(_: E) -> StatusCode {
                StatusCode::INTERNAL_SERVER_ERROR
            }

            pub(super) fn app(store: impl SessionStore + Clone) -> Router {
                Router::new()
                    .route("/sign-in", get(sign_in))
                    .route("/untouched", get(async || "ok"))
                    .route("/read", get(read))
                    .route("/write", get(write))
                    .route("/visits", get(visits))
                    .layer(SessionManagerLayer::new(store))
            }
        }
    };
}

application!(newest, tower_sessions);
// The newest that the store in Redis works with.
application!(before, tower_sessions_before);

pub(crate) fn in_memory() -> Router {
    newest::app(MemoryStore::default())
}

/// One connection, which is the fastest here: more of them take turns on one core.
pub(crate) async fn in_redis(url: &str) -> Outcome<Router> {
    let pool = Pool::new(Config::from_url(url)?, None, None, None, 1)?;
    pool.init().await?;
    Ok(before::app(RedisStore::new(pool)))
}
