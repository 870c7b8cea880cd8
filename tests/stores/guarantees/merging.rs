//! What becomes of two changes of one session: both, as far as there can be both.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use session_runtime::{
    Config, DetachedSession, EventKind, SecureSession, SessionRegistry, Sessions, Settings,
    Unmounted, testing::Operation,
};
use tokio::task::JoinSet;

use super::{
    Engine,
    app::{Account, App, application},
};

fn merged(app: &App, fields: u32) -> usize {
    let wanted = EventKind::Merged {
        overwritten: fields,
    };
    app.count(|event| *event == wanted)
}

pub(super) async fn d26_two_requests_that_write_different_fields_both_count(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.beside("theme", "name").await;
    assert_eq!(app.shown().await, "Some(7) dark ada 0 {} 0");
    assert_eq!((merged(&app, 0), app.lost()), (1, 0));
}

pub(super) async fn d26_of_two_writes_of_one_field_the_later_counts_and_is_counted(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.beside("name,theme", "other_name").await;
    assert_eq!(app.shown().await, "Some(7) dark ada 0 {} 0");
    assert_eq!(merged(&app, 1), 1);
    // Written alike by both: nothing of anybody's was overwritten.
    app.beside("name", "name").await;
    assert_eq!(merged(&app, 0), 1);
}

pub(super) async fn d26_each_rule_merges_as_it_says(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let (slow, quick) = ("visit,see_a,level_3", "visit,visit,see_b,level_5");
    app.beside(slow, quick).await;
    assert_eq!(app.shown().await, "Some(7)   3 {\"a\", \"b\"} 5");
    app.beside("unvisit,level_5", "unsee_a,visit,level_3").await;
    assert_eq!(app.shown().await, "Some(7)   3 {\"b\"} 5");
    app.beside("level_3", "level_5").await;
    assert_eq!(app.shown().await, "Some(7)   3 {\"b\"} 5");
    assert_eq!(
        (merged(&app, 0), app.lost()),
        (3, 0),
        "rules overwrite nothing"
    );
}

pub(super) async fn d26_an_edit_of_the_whole_struct_merges_field_by_field(engine: Engine) {
    for (slow, quick) in [("edit", "name,visit,see_a"), ("name,visit,see_a", "edit")] {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        app.beside(slow, quick).await;
        assert_eq!(app.shown().await, "Some(7) edited ada 11 {\"a\"} 0");
        assert_eq!(merged(&app, 0), 1);
    }
}

/// Compared by what is written, for it cannot be otherwise.
#[derive(Serialize, Deserialize, Default, Clone)]
struct Address {
    street: String,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "mixed")]
struct Mixed {
    #[session(principal)]
    user_id: Option<u64>,
    address: Address,
    groups: HashSet<String>,
    cart: HashMap<String, u32>,
    #[session(merge = "union")]
    tags: HashSet<String>,
    #[session(merge = "union")]
    viewed: Vec<u32>,
    #[session(merge = "add")]
    balance: f64,
    #[session(flash)]
    notice: Option<String>,
    #[session(skip)]
    plain: u32,
    #[session(readonly)]
    since: u64,
    theme: String,
}

/// A registry of one session, and its `Sessions` on an engine.
macro_rules! registry {
    ($registry:ident, $sessions:ident, $session:ty) => {
        #[derive(SessionRegistry)]
        struct $registry {
            one: Config<$session>,
        }

        fn $sessions(
            engine: &Engine,
            application: &str,
            configure: fn(Config<$session>) -> Config<$session>,
        ) -> Sessions {
            let one = configure(Config::stored(engine.store()));
            let settings = Settings::new().application(application);
            let unmounted = Unmounted::with_settings($registry { one }, settings);
            unmounted.unwrap().codec()
        }
    };
}

registry!(OfMixed, mixed, Mixed);
registry!(OfBefore, before, Before);
registry!(OfAfter, after, After);

/// Somebody's session, twice.
async fn two<T>(sessions: &Sessions) -> (DetachedSession<T>, DetachedSession<T>)
where
    T: SecureSession<Principal = u64> + DeserializeOwned,
{
    let listed = sessions.of::<T>(&7).list().await.unwrap();
    let id = listed.first().unwrap().id();
    let (one, other) = tokio::join!(sessions.load::<T>(&id), sessions.load::<T>(&id));
    (one.unwrap().unwrap(), other.unwrap().unwrap())
}

pub(super) async fn d26_types_without_equality_merge_by_what_is_written(engine: Engine) {
    let sessions = mixed(&engine, &application(), |config| config);
    let many = |from: u32, to: u32| (from..to).map(|n| n.to_string());
    let new = Mixed {
        user_id: Some(7),
        groups: many(0, 40).collect(),
        cart: many(0, 40).zip(0..).collect(),
        notice: Some("saved".to_owned()),
        since: 5,
        ..Mixed::default()
    };
    sessions.issue(new).await.unwrap();
    let (mut one, mut other) = two::<Mixed>(&sessions).await;
    // An edit of all, which changes a few: sets and maps are in another order each time.
    one.update_address(|address| address.street = "Main".into());
    one.update_tags(|tags| tags.insert("a".to_owned()));
    one.update_viewed(|viewed| viewed.push(1));
    one.update_balance(|balance| *balance += 0.5);
    assert_eq!(one.take_notice().as_deref(), Some("saved"));
    one.save().await.unwrap();
    other.edit().theme = "dark".into();
    other.update_cart(|cart| cart.insert("new".to_owned(), 1));
    other.update_tags(|tags| tags.insert("b".to_owned()));
    other.update_viewed(|viewed| viewed.push(2));
    other.update_balance(|balance| *balance += 0.25);
    other.edit().plain = 9;
    other.save().await.unwrap();
    let (now, _) = two::<Mixed>(&sessions).await;
    assert_eq!(
        now.address().street,
        "Main",
        "the edit did not bring it back"
    );
    assert_eq!(now.theme(), "dark");
    assert_eq!(now.groups().len(), 40);
    assert_eq!(now.cart().len(), 41);
    assert_eq!(now.tags().len(), 2);
    assert_eq!(now.viewed(), [1, 2]);
    assert!((now.data().balance - 0.75).abs() < f64::EPSILON);
    assert_eq!(now.data().notice, None, "what was read once stays read");
    assert_eq!((now.data().plain, now.data().since), (9, 5));
    // Whoever saves sees what is kept.
    assert_eq!(other.address().street, "Main");
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "grown")]
struct Before {
    #[session(principal)]
    user_id: Option<u64>,
    theme: String,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "grown")]
struct After {
    #[session(principal)]
    user_id: Option<u64>,
    theme: String,
    colours: BTreeSet<String>,
    size: Option<u32>,
}

pub(super) async fn d26_a_field_that_is_new_in_this_version_merges(engine: Engine) {
    let application = application();
    let before = before(&engine, &application, |config| config);
    let after = after(&engine, &application, |config| config);
    let old = Before {
        user_id: Some(7),
        ..Before::default()
    };
    before.issue(old).await.unwrap();
    let (mut one, mut other) = two::<After>(&after).await;
    one.set_size(3);
    one.save().await.unwrap();
    other.edit().theme = "dark".into();
    other.update_colours(|colours| colours.insert("red".to_owned()));
    other.save().await.unwrap();
    let (now, _) = two::<After>(&after).await;
    assert_eq!(
        (now.theme(), now.size(), now.colours().len()),
        ("dark", Some(3), 1)
    );
}

pub(super) async fn d26_unknown_fields_are_those_of_the_latest(engine: Engine) {
    let application = application();
    let before = before(&engine, &application, |config| {
        config.preserve_unknown(true)
    });
    let after = after(&engine, &application, |config| config);
    let new = After {
        user_id: Some(7),
        size: Some(1),
        ..After::default()
    };
    after.issue(new).await.unwrap();
    let ((mut one, _), (mut other, _)) = (two::<Before>(&before).await, two::<After>(&after).await);
    other.set_size(2);
    other.save().await.unwrap();
    one.set_theme("dark");
    one.save().await.unwrap();
    let (now, _) = two::<After>(&after).await;
    assert_eq!((now.theme(), now.size()), ("dark", Some(2)));
}

pub(super) async fn d26_three_writers_lose_nothing(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let first = app.begin("theme,visit").await;
    let second = app.begin("see_a,visit").await;
    app.act("name,visit").await;
    app.gate.open();
    app.gate.open();
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert!(first.status().is_success() && second.status().is_success());
    assert_eq!(app.shown().await, "Some(7) dark ada 3 {\"a\"} 0");
    assert_eq!(app.lost(), 0);
}

pub(super) async fn d26_a_save_that_meets_two_others_counts_each_once(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let slow = app.begin("visit,theme").await;
    app.act("visit,see_a").await;
    app.store.forget_calls();
    // It meets that one, and, while it saves the second time, another.
    app.store.on(Operation::Save).delay_next(1, 0);
    app.store.on(Operation::Save).delay_next(1, 300_000);
    app.gate.open();
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.store.calls(Operation::Save) < 2 {
        assert!(Instant::now() < deadline, "it does not save");
        tokio::task::yield_now().await;
    }
    app.act("visit,see_b").await;
    assert!(slow.await.unwrap().status().is_success());
    assert_eq!(app.shown().await, "Some(7) dark  3 {\"a\", \"b\"} 0");
}

pub(super) async fn d26_of_many_counts_none_is_lost(engine: Engine) {
    const WRITERS: u64 = 32;
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let there = app.elsewhere(&engine);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let mut browser = if number % 2 == 0 { &app } else { &there }.client.clone();
        writers.spawn(async move { browser.get("/?act=visit").await.status() });
    }
    assert!(
        writers
            .join_all()
            .await
            .iter()
            .all(http::StatusCode::is_success)
    );
    assert_eq!(app.shown().await, format!("Some(7)   {WRITERS} {{}} 0"));
    // All have loaded the same, so that every save but one meets another's.
    let mut waiting = Vec::new();
    for _ in 0..WRITERS {
        waiting.push(app.begin("visit").await);
    }
    for _ in 0..WRITERS {
        app.gate.open();
        tokio::task::yield_now().await;
    }
    for writer in waiting {
        assert!(writer.await.unwrap().status().is_success());
    }
    assert_eq!(
        app.shown().await,
        format!("Some(7)   {} {{}} 0", 2 * WRITERS)
    );
    assert_eq!(app.lost(), 0);
}

pub(super) async fn d26_a_write_beside_regenerate_keep_merges_into_it(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in,theme").await;
    app.beside("visit,sudo", "name,visit,level_3").await;
    // What is kept is what both wrote; what is not kept begins anew.
    assert_eq!(app.shown().await, "Some(7) dark ada 2 {} 9");
    let account = app.sessions.of::<Account>(&7).list().await.unwrap();
    assert_eq!(account.len(), 1);
}
