//! From 1 to 64 fields, of which a request reads or writes one.

use crate::{
    Outcome,
    browser::Browser,
    case::Case,
    process::{Expected, request_case},
};

macro_rules! fields {
    ($name:ident: $($field:ident)*) => {
        mod $name {
            use axum::{Router, routing::get};
            use serde::{Deserialize, Serialize};
            use session_runtime::{
                Config, Key, SecureSession, Session, SessionRegistry, Unmounted,
            };

            use crate::Outcome;

            #[derive(SecureSession, Serialize, Deserialize, Default)]
            struct Fields {
                $($field: u32,)*
            }

            #[derive(SessionRegistry)]
            struct Registry {
                fields: Config<Fields>,
            }

            async fn sign_in(mut session: Session<Fields>) -> &'static str {
                session.regenerate().update(|data| { $(data.$field = 7;)* });
                "ok"
            }

            async fn read(session: Session<Fields>) -> &'static str {
                if session.f01() == 7 { "ok" } else { "nobody" }
            }

            async fn write(mut session: Session<Fields>) -> &'static str {
                session.set_f01(8);
                "ok"
            }

            pub(super) fn app() -> Outcome<Router> {
                let registry = Registry {
                    fields: Config::new(Key::generate()?).cached_sessions(0),
                };
                Ok(Unmounted::new(registry)?.mount(|_sessions| {
                    Router::new()
                        .route("/sign-in", get(sign_in))
                        .route("/read", get(read))
                        .route("/write", get(write))
                }))
            }
        }
    };
}

fields!(fields_01: f01);
fields!(fields_04: f01 f02 f03 f04);
fields!(fields_16: f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 f13 f14 f15 f16);
fields!(fields_64: f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59 f60 f61 f62 f63 f64);

pub(super) async fn cases() -> Outcome<Vec<Case>> {
    let apps = [
        (1, fields_01::app()?),
        (4, fields_04::app()?),
        (16, fields_16::app()?),
        (64, fields_64::app()?),
    ];
    let mut cases = Vec::new();
    for (fields, app) in apps {
        let browser = Browser::signed_in(app.clone()).await?;
        for (path, expected) in [("/read", Expected::Nothing), ("/write", Expected::Cookie)] {
            let name = format!("fields/{fields}{path}");
            cases.push(request_case(name, &app, &browser, path, expected).await?);
        }
    }
    Ok(cases)
}
