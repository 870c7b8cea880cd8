//! The same application with tower-sessions.

use axum::{Router, routing::get};
use http::StatusCode;
use tower_sessions::{Session, SessionManagerLayer, SessionStore};

type Done = Result<StatusCode, tower_sessions::session::Error>;

async fn sign_in(session: Session) -> StatusCode {
    answer(try_sign_in(session).await)
}

async fn read(session: Session) -> StatusCode {
    answer(try_read(session).await)
}

async fn write(session: Session) -> StatusCode {
    answer(try_write(session).await)
}

fn answer(done: Done) -> StatusCode {
    done.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn try_sign_in(session: Session) -> Done {
    session.insert("user_id", 7_u64).await?;
    session.insert("email", "ada.lovelace@example.org").await?;
    session.insert("roles", ["user", "editor"]).await?;
    session.insert("theme", "dark").await?;
    session
        .insert("csrf", "c5f2a1d09be84f7ba2d1e6c3f0a98b7d")
        .await?;
    session.insert("visits", 0_u64).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_read(session: Session) -> Done {
    Ok(match session.get::<u64>("user_id").await? {
        Some(7) => StatusCode::NO_CONTENT,
        _ => StatusCode::UNAUTHORIZED,
    })
}

async fn try_write(session: Session) -> Done {
    let visits = session.get::<u64>("visits").await?.unwrap_or_default();
    session.insert("visits", visits + 1).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn with(store: impl SessionStore + Clone) -> Router {
    Router::new()
        .route("/sign-in", get(sign_in))
        .route("/read", get(read))
        .route("/write", get(write))
        .layer(SessionManagerLayer::new(store))
}
