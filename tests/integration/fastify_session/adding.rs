//! Fields that are merged by adding: each change counts once, whatever the store does and however
//! many handles there are.

use axum::{
    Extension, Router,
    routing::{MethodRouter, get},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_runtime::{
    Config, Rolling, SaveError, SecureSession, Session, SessionRegistry, Unmounted,
    fastify_session::{FastifySession, Signer},
    store::StoreErrorKind,
};
use tests::Client;

use super::{Call, Shelf, When, secrets};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "sessionId")]
struct Counter {
    #[session(merge = "add")]
    n: u64,
    user: Option<String>,
    cart: Option<String>,
}

#[derive(SessionRegistry)]
struct Counters {
    counter: Config<Counter>,
}

/// Somebody who has counted one, and `/own`.
async fn counted(own: MethodRouter) -> (Client, Shelf) {
    let shelf = Shelf::default();
    let counter = Config::shared_with_node(FastifySession::new(shelf.clone(), secrets()))
        .rolling(Rolling::OFF);
    let unmounted = Unmounted::new(Counters { counter }).unwrap();
    let start = get(async |mut session: Session<Counter>| {
        session.set_n(1_u64);
    });
    let routes = Router::new().route("/start", start).route("/own", own);
    let mut client = Client::new(unmounted.mount(|_| routes.layer(Extension(shelf.clone()))));
    client.get("/start").await;
    (client, shelf)
}

/// The one record there is.
fn record(shelf: &Shelf) -> Value {
    let mut keys = shelf.keys();
    assert_eq!(keys.len(), 1, "{keys:?}");
    let text = shelf.get(&keys.remove(0)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Another server counts five more, and fills the cart.
fn meanwhile(shelf: &Shelf) {
    let key = shelf.keys().pop().unwrap();
    let text = shelf.get(&key).unwrap();
    let changed = text.replace("\"n\":1,", "\"n\":6,");
    let changed = changed.replace("\"cart\":null", "\"cart\":\"full\"");
    shelf.put(&key, &changed);
}

fn failed(saved: &Result<(), SaveError>) -> bool {
    matches!(saved, Err(SaveError::Store(StoreErrorKind::Unavailable)))
}

type Shelved = Extension<Shelf>;

#[tokio::test]
async fn what_two_handles_and_another_server_have_changed_is_all_there() {
    for when in [When::BeforeItIsDone, When::BeforeItIsSaid] {
        let own = get(
            move |Extension(shelf): Shelved, mut session: Session<Counter>| async move {
                let mut second = session.clone();
                meanwhile(&shelf);
                session.update_n(|n| *n += 10);
                let mut record = session.record().unwrap();
                let go_on = shelf.holds(Call::Get, when);
                let write = async {
                    second.set_user("carol").update_n(|n| *n += 100);
                    go_on.send(()).unwrap();
                };
                let (saved, ()) = tokio::join!(record.save(), write);
                saved.unwrap();
            },
        );
        let (mut client, shelf) = counted(own).await;
        assert_eq!(client.get("/own").await.set_cookies().len(), 1);
        let record = record(&shelf);
        assert_eq!(record["n"], json!(1 + 5 + 10 + 100));
        assert_eq!(
            (&record["cart"], &record["user"]),
            (&json!("full"), &json!("carol"))
        );
    }
}

#[tokio::test]
async fn a_save_that_was_done_and_denied_counts_once() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        session.update_n(|n| *n += 10);
        shelf.denies(Call::Replace);
        assert!(failed(&session.record().unwrap().save().await));
        shelf.denies(None);
    }
    let (mut client, shelf) = counted(get(own)).await;
    let answer = client.get("/own").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (200, 1)
    );
    assert_eq!(record(&shelf)["n"], json!(11));
}

#[tokio::test]
async fn also_if_more_is_written_after_it() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        session.update_n(|n| *n += 10);
        shelf.denies(Call::Replace);
        assert!(failed(&session.record().unwrap().save().await));
        shelf.denies(None);
        session.set_user("carol").update_n(|n| *n += 100);
    }
    let (mut client, shelf) = counted(get(own)).await;
    assert_eq!(client.get("/own").await.status(), 200);
    let record = record(&shelf);
    assert_eq!(
        (&record["n"], &record["user"]),
        (&json!(111), &json!("carol"))
    );
}

#[tokio::test]
async fn also_if_it_was_done_on_top_of_what_another_server_had_changed() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        session.update_n(|n| *n += 10);
        meanwhile(&shelf);
        let mut record = session.record().unwrap();
        let go_on = shelf.holds(Call::Get, When::BeforeItIsSaid);
        // The first attempt was told of the change.
        let then = async {
            shelf.denies(Call::Replace);
            go_on.send(()).unwrap();
        };
        let (saved, ()) = tokio::join!(record.save(), then);
        assert!(failed(&saved));
        shelf.denies(None);
        session.set_user("carol").update_n(|n| *n += 100);
    }
    let (mut client, shelf) = counted(get(own)).await;
    assert_eq!(client.get("/own").await.status(), 200);
    let record = record(&shelf);
    assert_eq!(record["n"], json!(1 + 5 + 10 + 100));
    assert_eq!(
        (&record["cart"], &record["user"]),
        (&json!("full"), &json!("carol"))
    );
}

#[tokio::test]
async fn also_if_the_session_gets_another_id_after_it() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        session.update_n(|n| *n += 10);
        shelf.denies(Call::Replace);
        assert!(failed(&session.record().unwrap().save().await));
        shelf.denies(None);
        session.regenerate_keep(Counter::N);
        session.update_n(|n| *n += 100);
    }
    let (mut client, shelf) = counted(get(own)).await;
    assert_eq!(client.get("/own").await.status(), 200);
    assert_eq!(record(&shelf)["n"], json!(111));
}

#[tokio::test]
async fn also_if_a_second_save_fails_that_was_not_done() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        session.update_n(|n| *n += 10);
        shelf.denies(Call::Replace);
        assert!(failed(&session.record().unwrap().save().await));
        shelf.denies(None);
        session.update_n(|n| *n += 100);
        shelf.fails(Call::Replace);
        assert!(failed(&session.record().unwrap().save().await));
        shelf.fails(None);
    }
    let (mut client, shelf) = counted(get(own)).await;
    assert_eq!(client.get("/own").await.status(), 200);
    assert_eq!(record(&shelf)["n"], json!(111));
}

#[tokio::test]
async fn what_a_session_that_gets_another_id_does_not_keep_is_not_added_either() {
    async fn own(Extension(shelf): Shelved, mut session: Session<Counter>) {
        meanwhile(&shelf);
        session.regenerate_keep(Counter::USER);
    }
    let (mut client, shelf) = counted(get(own)).await;
    assert_eq!(client.get("/own").await.status(), 200);
    let record = record(&shelf);
    assert_eq!((&record["n"], &record["cart"]), (&json!(0), &json!(null)));
}

/// A handler of which two handles save at once, the first held open in `call`.
fn twice(call: Call, when: When) -> MethodRouter {
    get(
        move |Extension(shelf): Shelved, mut session: Session<Counter>| async move {
            let mut second = session.clone();
            session.update_n(|n| *n += 10);
            let mut record = session.record().unwrap();
            let go_on = shelf.holds(call, when);
            let other = async {
                second.update_n(|n| *n += 100);
                let mut record = second.record().unwrap();
                let tell = async { go_on.send(()).unwrap() };
                tokio::join!(record.save(), tell).0.unwrap();
            };
            let (saved, ()) = tokio::join!(record.save(), other);
            saved.unwrap();
        },
    )
}

#[tokio::test]
async fn of_two_handles_that_save_at_once_each_counts_once_and_there_is_one_record() {
    for when in [When::BeforeItIsDone, When::BeforeItIsSaid] {
        for (call, expected) in [(Call::Replace, 111), (Call::Create, 110)] {
            let (mut client, shelf) = counted(twice(call, when)).await;
            if call == Call::Create {
                shelf.remove(&shelf.keys().concat());
            }
            assert_eq!(client.get("/own").await.set_cookies().len(), 1);
            assert_eq!(record(&shelf)["n"], json!(expected), "{call:?} {when:?}");
            let key = shelf.keys().concat();
            let id = key.strip_prefix("sess:").unwrap();
            let value = client.cookie("sessionId").unwrap();
            assert_eq!(value, secrets().sign(id));
        }
    }
}
