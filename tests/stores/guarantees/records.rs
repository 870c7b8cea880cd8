//! Records of other versions, and what is no record.

use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Reason, SecureSession, SessionId, SessionRegistry, Sessions, Settings, Unmounted,
    store::Record, testing,
};

use super::{
    Engine,
    app::{Account, App, NOBODY, application, key},
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "user")]
struct First {
    #[session(principal)]
    user_id: Option<u64>,
    full_name: String,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "user", version = 2, migrate = from_first)]
struct Second {
    #[session(principal)]
    user_id: Option<u64>,
    names: Vec<String>,
}

fn from_first(version: u32, fields: &str) -> Option<Second> {
    let first: First = serde_json::from_str(fields).ok().filter(|_| version == 1)?;
    let names = first.full_name.split(' ').map(str::to_owned).collect();
    Some(Second {
        user_id: first.user_id,
        names,
    })
}

#[derive(SessionRegistry)]
struct OfFirst {
    one: Config<First>,
}

#[derive(SessionRegistry)]
struct OfSecond {
    one: Config<Second>,
}

/// The sessions of two releases of one application.
fn releases(engine: &Engine) -> (Sessions, Sessions) {
    let settings = Settings::new().application(application());
    let first = OfFirst {
        one: Config::stored(engine.store()),
    };
    let second = OfSecond {
        one: Config::stored(engine.store()),
    };
    let first = Unmounted::with_settings(first, settings.clone()).unwrap();
    let second = Unmounted::with_settings(second, settings).unwrap();
    (first.codec(), second.codec())
}

async fn record(engine: &Engine, id: SessionId) -> Record {
    engine.store().load(&key(id)).await.unwrap().unwrap()
}

pub(super) async fn o22_an_older_version_is_migrated(engine: Engine) {
    let (first, second) = releases(&engine);
    let user = First {
        user_id: Some(7),
        full_name: "Ada Lovelace".to_owned(),
    };
    first.issue(user).await.unwrap();
    let list = second.of::<Second>(&7).list().await.unwrap();
    assert_eq!(list[0].data().names, ["Ada", "Lovelace"]);
    let mut loaded = second.load::<Second>(&list[0].id()).await.unwrap().unwrap();
    let mut other = second.load::<Second>(&list[0].id()).await.unwrap().unwrap();
    // Two at once bring it to this version, and both count.
    loaded.update_names(|names| names.push("Byron".to_owned()));
    loaded.save().await.unwrap();
    other.save().await.unwrap();
    let list = second.of::<Second>(&7).list().await.unwrap();
    assert_eq!(list[0].data().names, ["Ada", "Lovelace", "Byron"]);
    let text = String::from_utf8(record(&engine, list[0].id()).await.into_data()).unwrap();
    assert!(text.contains("\"v\":2") && text.contains("names"));
}

pub(super) async fn o22_a_newer_version_is_refused_and_stays(engine: Engine) {
    let (first, second) = releases(&engine);
    let user = Second {
        user_id: Some(7),
        ..Second::default()
    };
    let cookie = testing::request_cookie(&second, user).await.unwrap();
    let id = second.of::<Second>(&7).list().await.unwrap()[0].id();
    let before = record(&engine, id).await;
    assert!(first.of::<First>(&7).list().await.unwrap().is_empty());
    assert!(first.load::<First>(&id).await.unwrap().is_none());
    let headers = http::HeaderMap::from_iter([(http::header::SET_COOKIE, cookie)]);
    let refused = testing::response_session::<First, ()>(&first, &headers).await;
    assert_eq!(refused.err().unwrap().reason(), Reason::SchemaMismatch);
    assert_eq!(record(&engine, id).await, before);
}

pub(super) async fn d30_what_is_no_record_stays_where_it_is(engine: Engine) {
    let garbage: [&[u8]; 5] = [
        b"",
        b"\xff\xfe\x00",
        b"{\"user_id\":7}",
        b"2 AAAA 1\n{}\n",
        b"1 AAAA 1\n{}\n",
    ];
    for data in garbage {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let (id, cookie) = (app.id().await, app.cookie().unwrap());
        app.replace_data(id, data.to_vec()).await;
        let before = app.record(id).await.unwrap();
        assert_eq!(before.data(), data);
        assert_eq!(app.shown().await, NOBODY);
        assert_eq!(app.reason().await, Reason::Corrupt.to_string());
        assert!(app.sessions.load::<Account>(&id).await.unwrap().is_none());
        assert!(
            app.sessions
                .of::<Account>(&7)
                .list()
                .await
                .unwrap()
                .is_empty()
        );
        // Who goes on gets a session of his own; what was there stays, for somebody to look at.
        app.act("theme").await;
        assert_ne!(app.cookie().unwrap(), cookie);
        assert_eq!(app.shown().await, "None dark  0 {} 0");
        assert_eq!(app.record(id).await.unwrap(), before);
    }
    // While a request runs, too.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let id = app.id().await;
    for act in ["theme", "sudo"] {
        let slow = app.begin(act).await;
        let text = app.record(id).await.unwrap().into_data();
        app.replace_data(id, b"garbage".to_vec()).await;
        app.gate.open();
        assert!(slow.await.unwrap().set_cookies().is_empty());
        assert_eq!(app.record(id).await.unwrap().data(), b"garbage");
        app.replace_data(id, text).await;
        assert_eq!(app.shown().await, "Some(7)   0 {} 0");
    }
}

pub(super) async fn d30_no_cut_of_a_record_is_a_panic(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in,theme").await;
    app.act("sudo").await;
    let id = app.id().await;
    let whole = app.record(id).await.unwrap().into_data();
    for length in (0..whole.len()).step_by(7) {
        app.replace_data(id, whole[..length].to_vec()).await;
        let read = app.fetch("read").await;
        assert!(read.status().is_success(), "{length}");
        assert!(read.text() == NOBODY || read.text() == "Some(7) dark  0 {} 9");
    }
    for place in (0..whole.len()).step_by(5) {
        let mut altered = whole.clone();
        altered[place] ^= 0x20;
        app.replace_data(id, altered).await;
        assert!(app.fetch("read").await.status().is_success(), "{place}");
    }
    app.replace_data(id, whole).await;
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
}
