//! Tokens against forged requests (cross-site request forgery).
//!
//! ```text
//! GET  ─▶ CsrfToken<T> ─▶ secret of the session ─▶ masked ─▶ form
//! POST ─▶ CsrfLayer<T>: whence? ─▶ token of header or form ─▶ unmasked ─▶ the session's secret? ─▶ handler
//! ```
//!
//! The struct needs no field for it, and no store an entry: the secret is derived from what makes a
//! session itself and nobody else knows ([`secret`]).

mod demand;
mod exempt;
mod form;
mod layer;
mod origin;
mod rejection;
mod secret;
mod token;

#[cfg(feature = "inspector")]
pub(crate) use self::secret::FIELD;
pub use self::{
    layer::{CsrfFuture, CsrfLayer, CsrfService},
    rejection::CsrfRejection,
    token::CsrfToken,
};
