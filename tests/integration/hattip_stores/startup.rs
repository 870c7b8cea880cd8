//! What is refused, and what is shown.

use std::time::Duration;

use axum::{Router, routing::get};
use session_runtime::{
    Config, CookieKeys, Format, Key, Rolling, Session, Settings, Unmounted, hattip::SigningKeys,
};
use tests::Client;

use super::{Kind, Visitor, Visitors, site};
use crate::{secrets::Everything, shelf::Shelf};

#[test]
fn what_cannot_work_is_refused() {
    let store = || Config::shared_with_node(Kind::Kv.store(&Shelf::default()));
    let problem = |visitor: Config<Visitor>| {
        let error = Unmounted::new(Visitors { visitor }).err();
        error.map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(problem(store()), "");
    for (config, setting) in [
        (store().idle(None), "idle"),
        (store().idle(Duration::ZERO), "idle, max_age"),
        (store().absolute(Duration::from_secs(60)), "absolute"),
        (store().grace(Duration::from_secs(60)), "grace"),
        (store().rolling(Rolling::at_most(5)), "rolling"),
        (
            store()
                .rolling(Rolling::at_most(5))
                .idle(Duration::from_secs(60)),
            "rolling",
        ),
        (store().format(Format::HattipSigned), "format"),
        (
            store().id_generator(|new| new.random().to_owned()),
            "id_generator",
        ),
    ] {
        let problem = problem(config);
        assert!(
            problem.starts_with(&format!("session `visitor`: {setting}: ")),
            "{problem}"
        );
    }
}

#[test]
fn there_are_no_keys_to_swap() {
    let site = site(Kind::Redis);
    let refused: [CookieKeys; 2] = [
        Key::generate().unwrap().into(),
        SigningKeys::generate().unwrap().into(),
    ];
    for keys in refused {
        let error = site
            .sessions
            .swap_keyring::<Visitor>(keys)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("session `visitor`: key: "), "{error}");
    }
}

#[tokio::test]
async fn neither_ids_nor_fields_are_shown() {
    let (shelf, events) = (Shelf::default(), Everything::default());
    let log = events.clone();
    let settings = Settings::new().on_event(move |event| log.add(event));
    let visitor = Config::<Visitor>::shared_with_node(Kind::Redis.store(&shelf));
    events.add(&visitor);
    events.add(Kind::Redis.store(&shelf));
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let own = get(async |mut session: Session<Visitor>| {
        session.set_user("a telling name");
        let record = format!("{:?}", session.record().unwrap());
        format!("{session:?} {record} {:?}", session.meta())
    });
    let router = unmounted.mount(|_| Router::new().route("/own", own));
    let mut client = Client::new(router);
    for _ in 0..2 {
        events.add_text(&client.get("/own").await.text());
    }
    let key = shelf.keys().pop().unwrap();
    let id = key.strip_prefix("session:").unwrap().to_owned();
    let shown = events.text();
    assert!(
        shown.contains("Opened") && shown.contains("NodeRecord"),
        "{shown}"
    );
    events.assert_free_of(&[id.into_bytes(), b"a telling name".to_vec()]);
}
