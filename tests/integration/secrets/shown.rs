//! Every public type, shown.

use std::time::Duration;

use axum::{Router, routing::get};
use session_runtime::{
    Config, CookieOptions, Deviation, FastifyPolicy, Format, Key, Keyring, Priority, Random,
    Rolling, SealError, SecureSession, Session, SessionLayer, Settings, Unmounted,
    testing::{HeldClock, ScriptedRandom, request_cookie, response_session},
};
use tests::{Auth, key};
use tower::Layer;

use super::{
    App, Both, EMAIL, Node, RANDOM, ROLE, SIGNING, Stranger, USER_ID, app, everything::Everything,
    field_values, keys, ring,
};

fn full() -> Auth {
    Auth {
        user_id: Some(USER_ID),
        email: Some(EMAIL.to_owned()),
        roles: vec![ROLE.to_owned()],
    }
}

#[tokio::test]
async fn d32_no_secret_is_in_the_debug_or_display_of_a_public_type() {
    let everything = Everything::default();
    let App {
        mut client,
        sessions,
        clock,
        ..
    } = app(&Everything::default());
    show_configuration(&everything);
    show_sessions(&everything);
    show_errors(&everything).await;

    everything.add(&sessions);
    everything.add(&clock);
    everything.add(sessions.layer());
    everything.add(
        sessions
            .layer()
            .layer(Router::<()>::new().route("/", get(async || ()))),
    );
    let answer = client.get("/write").await;
    everything.add(
        response_session::<Auth, ()>(&sessions, answer.headers())
            .await
            .unwrap(),
    );
    everything.add(
        response_session::<Node, ()>(&sessions, answer.headers())
            .await
            .unwrap(),
    );

    let mut secrets = [field_values(), keys()].concat();
    secrets.push(RANDOM.take(16).collect());
    secrets.push(RANDOM.take(24).collect());
    for name in ["__Host-auth", "node"] {
        secrets.push(client.cookie(name).unwrap().as_bytes().to_vec());
    }
    let cookie = request_cookie(&sessions, full()).await.unwrap();
    secrets.push(cookie.as_bytes()[20..].to_vec());
    everything.assert_free_of(&secrets);
}

fn show_configuration(everything: &Everything) {
    everything.add(key(1));
    everything.add(ring());
    everything.add(Keyring::from(key(2)));
    everything.add(Config::<Auth>::new(ring()).domain("example.org"));
    everything.add(Config::<Node>::new(key(80)).signed_with(SIGNING).as_node());
    let random = ScriptedRandom::bytes(RANDOM);
    everything.add(&random);
    everything.add(Random::from(&random));
    everything.add(session_runtime::Clock::from(&HeldClock::new()));
    let settings = Settings::new()
        .application("app")
        .random(&random)
        .on_event(|_| ());
    everything.add(&settings);
    let node = Config::new(key(80)).signed_with(SIGNING);
    let unmounted = Unmounted::with_settings(
        Both {
            auth: Config::new(ring()),
            node,
        },
        settings,
    )
    .unwrap();
    everything.add(&unmounted);
    let (sessions, layer): (_, SessionLayer) = unmounted.into_parts();
    everything.add((sessions, layer));
    everything.add((
        Format::Sealed,
        FastifyPolicy::AS_NODE,
        Deviation::ALL,
        Priority::High,
    ));
    everything.add(Rolling::at_most(3));
    everything.add(CookieOptions::<session_runtime::NoPrefix>::new().max_age(Duration::ZERO));
}

fn show_sessions(everything: &Everything) {
    let mut session = Session::detached(full());
    session.set_email(EMAIL).set_roles(vec![ROLE.to_owned()]);
    everything.add(&session);
    everything.add(session.meta());
    everything.add(session.meta().changed_fields());
    everything.add((Auth::EMAIL, Auth::FIELDS, Auth::EMAIL | Auth::ROLES));
    everything.add(session.edit());
}

async fn show_errors(everything: &Everything) {
    let App { sessions, .. } = app(&Everything::default());
    let value = sessions.encode(&sessions.create(full())).unwrap();
    let refused = sessions
        .decode::<Auth>(&value.replace('A', "B"))
        .unwrap_err();
    everything.add(refused);
    everything.add_text(&format!("{refused} {}", refused.reason()));
    let long = Auth {
        email: Some(EMAIL.repeat(200)),
        ..full()
    };
    let oversized = sessions.encode(&sessions.create(long)).unwrap_err();
    everything.add_text(&format!("{oversized}"));
    everything.add(&oversized);
    assert!(matches!(oversized, SealError::Oversized(_)));

    let bad = Keyring::new(key(1)).also_open(key(2)).also_open(key(1));
    let error = sessions.swap_keyring::<Auth>(bad).unwrap_err();
    everything.add_text(&format!("{error}"));
    everything.add(error);
    let hex = base16ct::lower::encode_string(key(1).expose_bytes());
    let base64 = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        key(1).expose_bytes(),
    );
    for error in [
        Key::from_base64(&hex).unwrap_err(),
        Key::from_hex(&base64).unwrap_err(),
        Key::from_hex(&hex[1..]).unwrap_err(),
        Key::from_hex(&format!("{hex}0")).unwrap_err(),
        Key::from_base64(&base64[1..]).unwrap_err(),
        Key::try_from_slice(key(1).expose_bytes().split_last().unwrap().1).unwrap_err(),
        Key::from_passphrase(SIGNING.as_bytes().split_at(31).0, &[0; 16]).unwrap_err(),
    ] {
        everything.add_text(&format!("{error}"));
        everything.add(error);
    }
    let request = http::Request::new(());
    let rejection = session_runtime::RequestSession::session::<Stranger>(&request)
        .await
        .unwrap_err();
    everything.add_text(&format!("{rejection}"));
    everything.add(rejection);
}
