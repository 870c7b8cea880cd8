//! Settings of what is kept on a server that cannot work: an error at start that names the session,
//! the setting and the remedy.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Format, SecureSession, SessionRegistry, Unmounted,
    store::{
        Created, MemoryStore, Record, Revision, Saved, SessionKey, SessionLimit, SessionStore,
        StoreFuture,
    },
};

use super::app::Account;

/// Nobody's.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "plain")]
struct Plain {
    theme: String,
}

#[derive(SessionRegistry)]
struct Accounts {
    account: Config<Account>,
}

#[derive(SessionRegistry)]
struct Plains {
    plain: Config<Plain>,
}

/// A store with nothing beside what every store has.
#[derive(Debug)]
struct Bare(MemoryStore);

impl SessionStore for Bare {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        self.0.create(key, record)
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        self.0.load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.0.save(key, expected, record)
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        self.0.touch(key, touched, expires)
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        self.0.delete(key, expected)
    }
}

fn bare() -> Bare {
    Bare(MemoryStore::new())
}

fn problems(registry: impl SessionRegistry) -> Vec<String> {
    match Unmounted::new(registry) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().map(str::to_owned).collect(),
    }
}

/// What is wrong with a session in a cookie.
fn in_cookie(configure: impl FnOnce(Config<Account>) -> Config<Account>) -> Vec<String> {
    problems(Accounts {
        account: configure(Config::new(tests::key(1))),
    })
}

/// What is wrong with one in a store.
fn stored(configure: impl FnOnce(Config<Account>) -> Config<Account>) -> Vec<String> {
    problems(Accounts {
        account: configure(Config::stored(MemoryStore::new())),
    })
}

fn listed(config: Config<Account>) -> Config<Account> {
    config.revocations(MemoryStore::new())
}

#[track_caller]
fn assert_one(problems: &[String], setting: &str, remedy: &str) {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = &problems[0];
    let place = format!("session `account`: {setting}: ");
    assert!(problem.starts_with(&place), "{problem}");
    assert!(problem.contains(remedy), "{problem}");
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn what_is_right_starts() {
    let settled = stored(|config| {
        config
            .store_deadline(MINUTE)
            .grace(Duration::ZERO)
            .renew_id(MINUTE)
            .limit(SessionLimit::new(1))
            .sweep_every(None)
            .format(Format::Sealed)
    });
    assert_eq!(settled, [""; 0]);
    let settled = in_cookie(|config| {
        config
            .revocations(MemoryStore::new())
            .revocation_lag(MINUTE)
            .open_without_revocations()
            .store_deadline(MINUTE)
            .sweep_every(MINUTE)
    });
    assert_eq!(settled, [""; 0]);
    let account = Config::stored(bare());
    assert_eq!(problems(Accounts { account }), [""; 0]);
}

#[test]
fn times_of_nothing_are_refused() {
    for found in [
        stored(|config| config.store_deadline(Duration::ZERO)),
        in_cookie(|config| listed(config).store_deadline(Duration::ZERO)),
    ] {
        assert_one(&found, "store_deadline", "no store answers in no time");
    }
    for found in [
        stored(|config| config.sweep_every(Duration::ZERO)),
        in_cookie(|config| listed(config).sweep_every(Duration::ZERO)),
    ] {
        assert_one(&found, "sweep_every", "`None` for never");
    }
    let found = stored(|config| config.renew_id(Duration::ZERO));
    assert_one(&found, "renew_id", "renews at every page");
}

#[test]
fn what_needs_a_store_is_refused_in_a_cookie() {
    const REMEDY: &str = "`Config::stored`";
    assert_one(&in_cookie(|config| config.grace(MINUTE)), "grace", REMEDY);
    assert_one(
        &in_cookie(|config| config.renew_id(MINUTE)),
        "renew_id",
        REMEDY,
    );
    let found = in_cookie(|config| config.limit(SessionLimit::new(1)));
    assert_one(&found, "limit", REMEDY);
    let found = in_cookie(|config| config.sweep_every(MINUTE));
    assert_one(&found, "sweep_every", REMEDY);
    let found = in_cookie(|config| config.store_deadline(MINUTE));
    assert_one(&found, "store_deadline", REMEDY);
}

#[test]
fn what_needs_a_list_of_revocations_is_refused_without() {
    let found = in_cookie(|config| config.revocation_lag(MINUTE));
    assert_one(&found, "revocation_lag", "`revocations`");
    let found = in_cookie(Config::open_without_revocations);
    assert_one(&found, "open_without_revocations", "`revocations`");
    let found = in_cookie(|config| config.revocations(bare()));
    assert_one(&found, "revocations", "take another");
    let found = in_cookie(|config| {
        config
            .revocations(MemoryStore::new())
            .format(Format::Fastify)
            .preserve_unknown(false)
    });
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("`preserve_unknown`")),
        "{found:#?}"
    );
}

#[test]
fn what_is_for_cookies_is_refused_in_a_store() {
    const REMEDY: &str = "one in a store ends with its record";
    let found = stored(|config| config.revocations(MemoryStore::new()));
    assert_one(&found, "revocations", REMEDY);
    let found = stored(|config| config.revocation_lag(MINUTE));
    assert_one(&found, "revocation_lag", REMEDY);
    let found = stored(Config::open_without_revocations);
    assert_one(&found, "open_without_revocations", REMEDY);
    let found = stored(|config| config.format(Format::Fastify));
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("Config::format(Format::Sealed)"))
    );
}

#[test]
fn o08_a_limit_needs_an_index_and_a_principal() {
    let account = Config::stored(bare()).limit(SessionLimit::new(1));
    assert_one(
        &problems(Accounts { account }),
        "limit",
        "keeps no index of principals: take another",
    );
    let plain = Config::stored(MemoryStore::new()).limit(SessionLimit::new(1));
    let found = problems(Plains { plain });
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("session `plain`: limit: "));
    assert!(found[0].contains("#[session(principal)]"));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let found = stored(|config| {
        config
            .store_deadline(Duration::ZERO)
            .renew_id(Duration::ZERO)
            .revocation_lag(MINUTE)
    });
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[tokio::test]
async fn what_a_store_does_not_have_is_an_error_and_no_panic() {
    use session_runtime::store::StoreErrorKind::Unsupported;
    let account = Config::stored(bare());
    let sessions = Unmounted::new(Accounts { account }).unwrap().codec();
    let sevens = sessions.of::<Account>(&7);
    assert_eq!(sevens.list().await.unwrap_err().kind(), Unsupported);
    assert_eq!(sevens.end_all().await.unwrap_err().kind(), Unsupported);
    let account = Config::new(tests::key(1));
    let sessions = Unmounted::new(Accounts { account }).unwrap().codec();
    let sevens = sessions.of::<Account>(&7);
    assert_eq!(sevens.list().await.unwrap_err().kind(), Unsupported);
    assert_eq!(sevens.end_all().await.unwrap_err().kind(), Unsupported);
}
