//! From 1 to 32 registered sessions, of which a request has one.

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};

use crate::{
    Outcome,
    browser::Browser,
    case::Case,
    process::{Expected, request_case},
};

macro_rules! sessions {
    ($($Session:ident),*) => {
        $(
            #[derive(SecureSession, Serialize, Deserialize, Default)]
            struct $Session {
                user_id: Option<u64>,
            }
        )*
    };
}

macro_rules! registry {
    ($Registry:ident: $($session:ident $Session:ident),*) => {
        #[derive(SessionRegistry)]
        struct $Registry {
            $($session: Config<$Session>,)*
        }

        impl $Registry {
            fn app() -> Outcome<Router> {
                let registry = Self {
                    $($session: Config::new(Key::generate()?).cached_sessions(0),)*
                };
                Ok(Unmounted::new(registry)?.mount(|_sessions| routes()))
            }
        }
    };
}

sessions!(
    S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19,
    S20, S21, S22, S23, S24, S25, S26, S27, S28, S29, S30, S31, S32
);
registry!(Of01: s01 S01);
registry!(Of02: s01 S01, s02 S02);
registry!(Of04: s01 S01, s02 S02, s03 S03, s04 S04);
registry!(Of08: s01 S01, s02 S02, s03 S03, s04 S04, s05 S05, s06 S06, s07 S07, s08 S08);
registry!(Of16: s01 S01, s02 S02, s03 S03, s04 S04, s05 S05, s06 S06, s07 S07, s08 S08, s09 S09, s10 S10, s11 S11, s12 S12, s13 S13, s14 S14, s15 S15, s16 S16);
registry!(Of32: s01 S01, s02 S02, s03 S03, s04 S04, s05 S05, s06 S06, s07 S07, s08 S08, s09 S09, s10 S10, s11 S11, s12 S12, s13 S13, s14 S14, s15 S15, s16 S16, s17 S17, s18 S18, s19 S19, s20 S20, s21 S21, s22 S22, s23 S23, s24 S24, s25 S25, s26 S26, s27 S27, s28 S28, s29 S29, s30 S30, s31 S31, s32 S32);

async fn sign_in(mut session: Session<S01>) -> &'static str {
    session.regenerate().set_user_id(7);
    "ok"
}

async fn read(session: Session<S01>) -> &'static str {
    if session.user_id() == Some(7) {
        "ok"
    } else {
        "nobody"
    }
}

fn routes() -> Router {
    Router::new()
        .route("/sign-in", get(sign_in))
        .route("/untouched", get(async || "ok"))
        .route("/read", get(read))
}

pub(super) async fn cases() -> Outcome<Vec<Case>> {
    let apps = [
        (1, Of01::app()?),
        (2, Of02::app()?),
        (4, Of04::app()?),
        (8, Of08::app()?),
        (16, Of16::app()?),
        (32, Of32::app()?),
    ];
    let mut cases = Vec::new();
    for (sessions, app) in apps {
        let browser = Browser::signed_in(app.clone()).await?;
        for path in ["/untouched", "/read"] {
            let name = format!("registered/{sessions}{path}");
            cases.push(request_case(name, &app, &browser, path, Expected::Nothing).await?);
        }
    }
    Ok(cases)
}
