//! Whoever is signed in, for handlers that are for members alone.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect},
};
use session_runtime::{Authenticated, Session};

use super::super::{
    Failed, Shop,
    sessions::Auth,
    users::{User, UserId},
};

/// A member: his account and his session. Everybody else is led to the page to sign in.
pub(crate) struct Member {
    pub(crate) user: User,
    pub(crate) auth: Authenticated<Auth>,
}

impl Member {
    pub(crate) const fn id(&self) -> UserId {
        self.user.id
    }
}

impl FromRequestParts<Shop> for Member {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Failed> {
        let mut auth = Authenticated::<Auth>::from_request_parts(parts, shop).await?;
        match user(parts, shop, &mut auth).await? {
            Some(user) => Ok(Self { user, auth }),
            None => Err(Redirect::to("/sign-in").into_response().into()),
        }
    }
}

/// Whoever the session says is signed in. Looked up once a request.
#[derive(Clone)]
struct Known(Option<User>);

/// The account of the session. One that is gone takes its session with it.
pub(super) async fn user(
    parts: &mut Parts,
    shop: &Shop,
    auth: &mut Session<Auth>,
) -> Result<Option<User>, Failed> {
    if let Some(Known(user)) = parts.extensions.get() {
        return Ok(user.clone());
    }
    let user = match auth.user() {
        None => None,
        Some(id) => shop.users.by_id(*id).await?,
    };
    if user.is_none() && auth.user().is_some() {
        auth.delete();
    }
    parts.extensions.insert(Known(user.clone()));
    Ok(user)
}
