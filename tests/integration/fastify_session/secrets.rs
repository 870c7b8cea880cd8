//! Neither an id nor a cookie, a secret or the value of a field is in anything that is shown,
//! logged or reported.

use axum::{Router, routing::get};
use session_runtime::{
    Config, CookieKeys, LateWrite, Session, Sessions, Settings, Unmounted,
    fastify_session::{FastifySession, Secrets, Signer},
    store::{KeyValueAdapter, MemoryStore, StoreErrorKind},
    testing::{HeldClock, ScriptedRandom},
};
use tests::Client;

use super::{Call, MINUTE, OTHER, SECRET, Shelf, Visitor, Visitors, routes, shared};
use crate::secrets::{Everything, is_alone};

const NAME: &str = "ada.with.a.telling.name@example.org";
const NUMBER: u32 = 3_987_654_321;
/// What every id here begins with.
const ID: &str = "an-id-that-nobody-may-see";

async fn tell(mut session: Session<Visitor>) {
    session.set_user(NAME).set_n(NUMBER);
}

fn session(shelf: &Shelf) -> FastifySession {
    FastifySession::new(shelf.clone(), Secrets::rotated([SECRET, OTHER]).unwrap())
}

fn config(shelf: &Shelf) -> Config<Visitor> {
    let config = shared(session(shelf).behind(session_runtime::Proxy::x_forwarded_proto()));
    config
        .idle(MINUTE)
        .secure(false)
        .id_generator(|new| format!("{ID}-{}", new.random()))
}

struct App {
    client: Client,
    sessions: Sessions,
    clock: HeldClock,
    shelf: Shelf,
}

fn app(everything: &Everything) -> App {
    let (clock, shelf, events) = (HeldClock::new(), Shelf::default(), everything.clone());
    let settings = Settings::new()
        .clock(&clock)
        .late_write(LateWrite::Report)
        .random(&ScriptedRandom::bytes((0..20).flat_map(|_| 0..=255)))
        .on_event(move |event| events.add(event));
    let visitor = config(&shelf);
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        let late = get(async |mut session: Session<Visitor>| {
            session.delete();
            session.set_user(NAME);
        });
        routes().route("/tell", get(tell)).route("/late", late)
    });
    let client = Client::new(router);
    App {
        client,
        sessions,
        clock,
        shelf,
    }
}

/// All that is to stay unseen, with the cookies of these ids.
fn unseen(ids: &[String]) -> Vec<Vec<u8>> {
    let mut texts = vec![
        NAME.to_owned(),
        SECRET.to_owned(),
        OTHER.to_owned(),
        ID.to_owned(),
    ];
    for secret in [SECRET, OTHER] {
        let secret = Secrets::new(secret).unwrap();
        // The signature alone: whoever knows an id has the session with it.
        let macs = ids
            .iter()
            .map(|id| secret.sign(id)[id.len() + 1..].to_owned());
        texts.extend(macs);
    }
    texts.push(NUMBER.to_string());
    texts.into_iter().map(String::into_bytes).collect()
}

fn ids(shelf: &Shelf) -> Vec<String> {
    let keys = shelf.keys().into_iter();
    keys.map(|key| key.trim_start_matches("sess:").to_owned())
        .collect()
}

#[tokio::test]
async fn d32_no_secret_of_a_shared_session_is_in_the_log_or_in_an_event() {
    if !is_alone() {
        return;
    }
    let everything = Everything::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(everything.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut app = app(&everything);
    let mut ids = vec![format!("{ID}-unknown")];
    everything.add(Secrets::rotated(["geheim"]).unwrap());
    good_times(&mut app, &mut ids).await;
    bad_times(&mut app, &mut ids, &everything).await;
    drop(guard);

    let logged = everything.text();
    for expected in [
        "opened",
        "fresh",
        "cookie sent",
        "cookie removed",
        "KeyringSwapped",
        "fewer than 32 characters",
        "Conflict",
        "not found",
        "tampered",
        "corrupt",
        "expired",
        "schema mismatch",
        "WriteLost",
        "Replaced",
        "it was told to fail",
        "StoreFailed(Unavailable)",
        "TRACE session",
    ] {
        assert!(logged.contains(expected), "{expected} in\n{logged}");
    }
    everything.assert_free_of(&unseen(&ids));
}

/// Writes, reads, a sign-in, a rotation.
async fn good_times(app: &mut App, ids: &mut Vec<String>) {
    for path in ["/tell", "/read", "/touch", "/sign-in", "/tell"] {
        app.client.get(path).await;
        ids.extend(self::ids(&app.shelf));
    }
    let swapped = Secrets::rotated([OTHER, SECRET]).unwrap();
    app.sessions.swap_keyring::<Visitor>(swapped).unwrap();
    app.client.get("/read").await;
}

/// Spoilt, foreign, unknown, expired, deleted, out of reach.
async fn bad_times(app: &mut App, ids: &mut Vec<String>, everything: &Everything) {
    let good = app.client.cookie("sessionId").unwrap().to_owned();
    let signed = |id: &str| Secrets::new(SECRET).unwrap().sign(id);
    let unknown = signed(ids.first().unwrap());
    app.shelf.put(
        &format!("sess:{ID}-corrupt"),
        &format!("{{\"user\":\"{NAME}"),
    );
    app.shelf.put(
        &format!("sess:{ID}-foreign"),
        &format!("{{\"n\":\"{NAME}\"}}"),
    );
    let [corrupt, foreign] = ["corrupt", "foreign"].map(|name| signed(&format!("{ID}-{name}")));
    for value in [format!("{good}x"), unknown, corrupt, foreign] {
        app.client
            .set_cookie("sessionId", format!("{value}; sessionId=x{good}"));
        app.client.get("/read").await;
        ids.extend(self::ids(&app.shelf));
    }
    for call in [Call::Get, Call::Replace] {
        app.client.set_cookie("sessionId", good.clone());
        app.shelf.fails(call);
        let answer = app.client.get("/tell").await;
        assert_eq!(answer.status(), 503);
        everything.add_text(&answer.text());
        app.shelf.fails(None);
    }
    app.client.get("/late").await;
    app.client.get("/tell").await;
    app.clock.advance(2 * MINUTE);
    app.client.get("/read").await;
    app.client.get("/delete").await;
    ids.extend(self::ids(&app.shelf));
}

#[tokio::test]
async fn d32_no_secret_of_a_shared_session_is_in_the_debug_or_display_of_a_type() {
    let (everything, shelf) = (Everything::default(), Shelf::default());
    everything.add(session(&shelf));
    everything.add(config(&shelf));
    everything.add(session_runtime::SharedRecords::from(session(&shelf)));
    everything.add(Secrets::rotated([SECRET, OTHER]).unwrap());
    everything.add(CookieKeys::from(Secrets::new(SECRET).unwrap()));
    everything.add(
        Visitors {
            visitor: config(&shelf),
        }
        .visitor,
    );
    everything.add(KeyValueAdapter::new(MemoryStore::new()));
    let App {
        mut client,
        sessions,
        shelf,
        ..
    } = app(&Everything::default());
    client.get("/tell").await;
    everything.add(&sessions);
    let value = format!("sessionId={}", client.cookie("sessionId").unwrap());
    let headers = http::HeaderMap::from_iter([(http::header::COOKIE, value.parse().unwrap())]);
    let mut opened = sessions.open::<Visitor>(&headers).await.unwrap();
    assert_eq!(opened.user(), Some(NAME));
    everything.add(&opened);
    everything.add(opened.meta());
    let mut record = opened.record().unwrap();
    everything.add(&record);
    everything.add(record.cookie());
    everything.add_text(&serde_json::to_string(&record.cookie()).unwrap());
    shelf.fails(Call::Replace);
    let error = record.save().await.unwrap_err();
    everything.add_text(&format!("{error} {error:?}"));
    shelf.fails(Call::Get);
    let error = sessions.open::<Visitor>(&headers).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    everything.add_text(&format!("{error} {error:?}"));
    everything.add(
        Secrets::new(SECRET)
            .unwrap()
            .unsign(&value["sessionId=".len()..]),
    );
    for refused in [Secrets::new(&SECRET[1..]), Secrets::rotated([SECRET, ""])] {
        let error = refused.unwrap_err();
        everything.add_text(&format!("{error} {error:?}"));
    }
    let mut secrets = unseen(&ids(&shelf));
    secrets.push(SECRET.as_bytes()[1..].to_vec());
    everything.assert_free_of(&secrets);
    let shown = everything.text();
    for expected in [
        "Secrets",
        "count: 2",
        "FastifySession",
        "Shelf",
        "NodeRecord",
    ] {
        assert!(shown.contains(expected), "{expected} in\n{shown}");
    }
}

#[tokio::test]
async fn d32_a_generator_of_ids_shows_nothing_of_what_it_sees() {
    let everything = Everything::default();
    let seen = everything.clone();
    let shelf = Shelf::default();
    let visitor = shared(session(&shelf)).id_generator(move |new| {
        seen.add(new);
        seen.add(new.request());
        format!("{ID}-{}", new.random())
    });
    let unmounted = Unmounted::new(Visitors { visitor }).unwrap();
    let router = unmounted.mount(|_| Router::new().route("/tell", get(tell)));
    let mut client = Client::new(router);
    client
        .get_with(
            "/tell?name=ada.with.a.telling.name@example.org",
            "x-name",
            NAME,
        )
        .await;
    let shown = everything.text();
    assert!(
        shown.contains("NewId") && shown.contains("RequestHead"),
        "{shown}"
    );
    everything.assert_free_of(&unseen(&ids(&shelf)));
}
