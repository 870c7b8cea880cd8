//! The ids of an application's own making.

use std::{any::Any, fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::RequestHead;
use crate::{SecureSession, error::SealError, random::Random};

/// What an id is made for: given to the function of
/// [`Config::id_generator`](crate::Config::id_generator).
pub struct NewId<'a, T> {
    request: Option<&'a RequestHead>,
    data: &'a T,
    random: String,
}

impl<T> NewId<'_, T> {
    /// The request; `None` for a session that belongs to none.
    pub const fn request(&self) -> Option<&RequestHead> {
        self.request
    }

    /// What is in the session that gets the id.
    pub const fn data(&self) -> &T {
        self.data
    }

    /// 32 characters of base64url that hold 192 random bits, which is the id that @fastify/session
    /// makes by itself. The same at every call.
    pub fn random(&self) -> &str {
        &self.random
    }
}

impl<T> fmt::Debug for NewId<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewId").finish_non_exhaustive()
    }
}

type Make<T> = Box<dyn Fn(&NewId<'_, T>) -> String + Send + Sync>;

/// A function that makes ids for sessions of some type.
#[derive(Clone)]
pub(crate) struct Generator(Arc<dyn Any + Send + Sync>);

/// Characters of 6 bits that hold 128.
const SHORTEST: usize = 22;

impl Generator {
    pub(crate) fn new<T: SecureSession>(
        make: impl Fn(&NewId<'_, T>) -> String + Send + Sync + 'static,
    ) -> Self {
        let make: Make<T> = Box::new(make);
        Self(Arc::new(make))
    }

    pub(super) fn make<T: SecureSession>(
        &self,
        request: Option<&RequestHead>,
        data: &T,
        random: &Random,
    ) -> Result<String, SealError> {
        let new = NewId {
            request,
            data,
            random: draw(random)?,
        };
        let make = self.0.downcast_ref::<Make<T>>();
        let id = make.map(|make| make(&new)).unwrap_or_default();
        if id.chars().count() < SHORTEST {
            return Err(SealError::WeakId);
        }
        Ok(id)
    }

    /// Tries it out: two ids must not be the same, and neither too short.
    pub(crate) fn problem<T: SecureSession>(&self) -> Option<&'static str> {
        let random = Random::default();
        let data = T::default();
        let [one, other] = [(); 2].map(|()| self.make::<T>(None, &data, &random));
        match (one, other) {
            (Ok(one), Ok(other)) if one == other => {
                Some("made one id twice: put `NewId::random` into it")
            }
            (Ok(_), Ok(_))
            | (Err(SealError::NoRandomness), _)
            | (_, Err(SealError::NoRandomness)) => None,
            _ => Some(
                "made an id of fewer than 22 characters, which cannot hold 128 random bits: \
                       put `NewId::random` into it",
            ),
        }
    }
}

/// 24 random bytes, as @fastify/session draws them.
pub(super) fn draw(random: &Random) -> Result<String, SealError> {
    Ok(URL_SAFE_NO_PAD.encode(random.array::<24>()?))
}
