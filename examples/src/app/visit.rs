//! The visit: messages that appear once (a flash field), and what vouches for the forms.
//!
//! Every page has a form, and a visitor who has not signed in needs a token for it as well. So the
//! token is bound to this session, which lives in its cookie: a robot that reads every page leaves
//! nothing in the store. Signing in and out begin another visit, and with it other tokens.

use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

use super::{teas::Tea, text::Texts};

/// One visit of one browser.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "visit", idle = "1d", absolute = "7d", checked)]
pub(crate) struct Visit {
    #[session(flash)]
    notice: Option<Notice>,
}

/// One message, in no language yet: it is put into words when it is shown.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notice {
    Welcome,
    SignedIn,
    SignedOut,
    Added(Tea),
    Ordered,
    ProfileSaved,
    PasswordChanged,
    Confirmed,
    DeviceSignedOut,
    OthersSignedOut(usize),
    AccountDeleted,
}

/// The message, if there is one, for the last time.
pub(crate) fn notice(visit: &mut Session<Visit>, texts: &Texts) -> Option<Markup> {
    let notice = visit.take_notice()?;
    Some(html! { p.notice role="status" { (texts.notice(notice)) } })
}
