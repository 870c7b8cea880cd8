//! Visibilities of every kind, and `edit` at the narrowest of them.
#![deny(warnings, unreachable_pub)]

mod outer {
    pub(crate) mod inner {
        use serde::{Deserialize, Serialize};
        use session_runtime::{SecureSession, Session};

        #[derive(SecureSession, Serialize, Deserialize, Default)]
        pub(crate) struct Auth {
            #[session(get = "pub", set = "pub(in crate::outer)")]
            user_id: Option<u64>,
            #[session(set = "pub(crate)")]
            email: Option<String>,
        }

        #[derive(SecureSession, Serialize, Deserialize, Default)]
        pub(crate) struct Prefs {
            #[session(get = "pub(self)", set = "pub(super)")]
            theme: String,
            #[session(readonly, get = "pub(super)")]
            since: u64,
        }

        pub(crate) fn darken(session: &mut Session<Prefs>) -> bool {
            session.edit().since = 1;
            session.update(|prefs| prefs.theme.push_str("dark"));
            session.take_theme() == "dark" && session.get(Prefs::THEME).is_empty()
        }
    }

    pub(crate) fn sign_in(session: &mut session_runtime::Session<inner::Auth>) {
        session.set_user_id(7).set_email("ada@example.org");
        session.update(|auth| std::mem::take(auth));
        session.set_user_id(8);
    }

    pub(crate) fn since(session: &mut session_runtime::Session<inner::Prefs>) -> u64 {
        session.set_theme("light").clear_theme();
        session.since() + session.get(inner::Prefs::SINCE)
    }
}

use session_runtime::Session;

fn main() {
    let mut auth = Session::detached(outer::inner::Auth::default());
    outer::sign_in(&mut auth);
    assert_eq!((auth.user_id(), auth.email()), (Some(8), None));
    auth.set(outer::inner::Auth::EMAIL, "ada@example.org");

    let mut prefs = Session::detached(outer::inner::Prefs::default());
    assert!(outer::inner::darken(&mut prefs));
    assert_eq!(outer::since(&mut prefs), 2);
}
