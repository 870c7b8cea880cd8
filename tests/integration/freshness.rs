//! When somebody proved last who he is, and what asks for it (O09).

use std::time::Duration;

use axum::{Router, routing::get};
use http::{Method, StatusCode};
use session_runtime::{
    Authenticated, Config, Key, Keyring, Session, require_fresh, store::MemoryStore,
};
use tests::key;

use crate::homes::{Home, Member, OF_NODE, OURS, Site, headers, site, try_site};

const MINUTE: Duration = Duration::from_secs(60);

async fn sign_in(mut session: Session<Member>) {
    session.regenerate().set_user_id(7);
}

async fn sign_in_again(mut session: Session<Member>) {
    session.regenerate().set_user_id(7);
}

async fn keep(mut session: Session<Member>) {
    session.regenerate_keep(Member::USER_ID);
}

async fn write(mut session: Session<Member>) {
    session.update_visits(|visits| *visits += 1);
}

async fn sudo(mut member: Authenticated<Member>) -> String {
    member.reauthenticate();
    format!("{}", member.meta().is_fresh(MINUTE))
}

/// Minutes since, and what became of the rest.
async fn since(session: Session<Member>) -> String {
    let meta = session.meta();
    let at = meta.authenticated_at();
    let created = meta.age().as_secs() / 60;
    let fresh = meta.is_fresh(5 * MINUTE);
    let at = at.map(|at| at.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 60);
    format!("{at:?} {created} {fresh} {}", session.visits())
}

fn router() -> Router {
    Router::new()
        .route("/pay", get(async || "paid").post(async || "paid"))
        .route_layer(require_fresh::<Member>(5 * MINUTE))
        .route("/sign-in", get(sign_in))
        .route("/again", get(sign_in_again))
        .route("/keep", get(keep))
        .route("/write", get(write))
        .route("/sudo", get(sudo))
        .route("/since", get(since))
}

/// Of the held clock at its start: 2020-01-01.
const START: u64 = 1_577_836_800 / 60;

fn shown(minute: u64, age: u64, fresh: bool, visits: u32) -> String {
    format!("{:?} {age} {fresh} {visits}", Some(START + minute))
}

fn at(home: Home) -> Site {
    site(home.config(), router())
}

#[tokio::test]
async fn o09_a_sign_in_is_fresh_until_its_time_has_passed() {
    for home in OURS {
        let Site {
            mut client, clock, ..
        } = at(home);
        assert_eq!(client.get("/pay").await.status(), StatusCode::UNAUTHORIZED);
        client.get("/sign-in").await;
        clock.advance((5 * MINUTE).saturating_sub(Duration::from_millis(1)));
        assert_eq!(client.get("/pay").await.text(), "paid", "{home:?}");
        clock.advance(Duration::from_millis(1));
        let answer = client.get("/pay").await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Session error=\"insufficient_user_authentication\", max_age=\"300\"")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(client.get("/since").await.text(), shown(0, 5, false, 0));
    }
}

#[tokio::test]
async fn o09_use_is_no_sign_in() {
    for home in OURS {
        let Site {
            mut client, clock, ..
        } = at(home);
        client.get("/sign-in").await;
        for n in 1..4_u64 {
            clock.advance(4 * MINUTE);
            client.get("/write").await;
            client.get("/keep").await;
            assert_eq!(
                client.get("/since").await.text(),
                shown(0, 4 * n, n == 1, 0)
            );
        }
    }
}

#[tokio::test]
async fn o09_who_proves_it_again_keeps_his_session() {
    for home in OURS {
        let Site {
            mut client, clock, ..
        } = at(home);
        client.get("/sign-in").await;
        client.get("/write").await;
        clock.advance(10 * MINUTE);
        assert_eq!(client.get("/pay").await.status(), StatusCode::UNAUTHORIZED);
        let before = client.cookie("member").unwrap().to_owned();
        assert_eq!(client.get("/sudo").await.text(), "true", "{home:?}");
        assert_ne!(client.cookie("member"), Some(&*before));
        assert_eq!(client.get("/pay").await.text(), "paid");
        clock.advance(MINUTE);
        assert_eq!(client.get("/since").await.text(), shown(10, 11, true, 1));
        client.get("/write").await;
        clock.advance(10 * MINUTE);
        client.get("/write").await;
        assert_eq!(client.get("/since").await.text(), shown(10, 21, false, 3));
    }
}

#[tokio::test]
async fn o09_what_was_proved_again_stays_when_rights_change() {
    for home in OURS {
        let Site {
            mut client, clock, ..
        } = at(home);
        client.get("/sign-in").await;
        clock.advance(10 * MINUTE);
        client.get("/sudo").await;
        clock.advance(MINUTE);
        client.get("/keep").await;
        assert_eq!(
            client.get("/since").await.text(),
            shown(10, 11, true, 0),
            "{home:?}"
        );
    }
}

#[tokio::test]
async fn o09_a_new_sign_in_is_one() {
    for home in OURS {
        let Site {
            mut client, clock, ..
        } = at(home);
        client.get("/sign-in").await;
        client.get("/sudo").await;
        clock.advance(10 * MINUTE);
        client.get("/again").await;
        assert_eq!(
            client.get("/since").await.text(),
            shown(10, 0, true, 0),
            "{home:?}"
        );
    }
}

#[tokio::test]
async fn o09_nobody_is_never_fresh_and_sudo_makes_nobody_somebody() {
    let nobody = async |mut session: Session<Member>| {
        session.reauthenticate();
        format!(
            "{:?} {}",
            session.meta().authenticated_at(),
            session.meta().is_changed()
        )
    };
    for home in OURS {
        let router = router().route("/nobody", get(nobody));
        let mut client = site(home.config(), router).client;
        let answer = client.get("/nobody").await;
        assert_eq!(answer.text(), "None false");
        assert!(answer.set_cookies().is_empty());
        client.get("/write").await;
        assert_eq!(client.get("/since").await.text(), "None 0 false 1");
    }
}

/// A sealed cookie takes a principal without a new session.
#[tokio::test]
async fn o09_whoever_gets_into_a_session_that_is_older_signs_in_then() {
    let plain = async |mut session: Session<Member>| _ = session.set_user_id(9);
    let edited = async |mut session: Session<Member>| session.edit().user_id = Some(8);
    let same = async |mut session: Session<Member>| _ = session.set_user_id(8);
    let router = router()
        .route("/plain", get(plain))
        .route("/edited", get(edited))
        .route("/same", get(same));
    let Site {
        mut client, clock, ..
    } = site(Home::Sealed.config(), router);
    client.get("/write").await;
    clock.advance(10 * MINUTE);
    client.get("/plain").await;
    assert_eq!(client.get("/since").await.text(), shown(10, 10, true, 1));
    clock.advance(10 * MINUTE);
    client.get("/edited").await;
    assert_eq!(client.get("/since").await.text(), shown(20, 20, true, 1));
    clock.advance(10 * MINUTE);
    client.get("/same").await;
    assert_eq!(client.get("/since").await.text(), shown(20, 30, false, 1));
}

#[tokio::test]
async fn o09_the_time_outlives_a_rotated_key() {
    let first: Key = key(1);
    let Site {
        mut client,
        sessions,
        clock,
    } = site(Config::new(first.clone()), router());
    client.get("/sign-in").await;
    clock.advance(2 * MINUTE);
    client.get("/sudo").await;
    sessions
        .swap_keyring::<Member>(Keyring::new(key(9)).also_open(first))
        .unwrap();
    clock.advance(MINUTE);
    let answer = client.get("/since").await;
    assert!(!answer.set_cookies().is_empty(), "sealed anew");
    assert_eq!(client.get("/since").await.text(), shown(2, 3, true, 0));
}

#[tokio::test]
async fn o09_the_time_outlives_a_renewed_id_and_another_server() {
    let store = MemoryStore::new();
    let config = || Config::stored(store.clone()).renew_id(MINUTE);
    let Site {
        mut client, clock, ..
    } = site(config(), router());
    client.get("/sign-in").await;
    client.get("/sudo").await;
    clock.advance(2 * MINUTE);
    let before = client.cookie("member").unwrap().to_owned();
    client.get("/since").await;
    assert_ne!(client.cookie("member"), Some(&*before), "renewed");
    let other = site(config(), router());
    other.clock.advance(2 * MINUTE);
    let mut client = client.at(other.client.into_router());
    assert_eq!(client.get("/since").await.text(), shown(0, 2, true, 0));
}

/// A job saves its own changes; when the session's principal proved who he is, it does not know.
#[tokio::test]
async fn o09_what_is_saved_beside_a_sudo_does_not_undo_it() {
    let id = async |session: Session<Member>| session.meta().id().unwrap().encode();
    let Site {
        mut client,
        sessions,
        clock,
    } = site(Home::Stored.config(), router().route("/id", get(id)));
    client.get("/sign-in").await;
    let id = session_runtime::SessionId::decode(&client.get("/id").await.text()).unwrap();
    let mut job = sessions.load::<Member>(&id).await.unwrap().unwrap();
    clock.advance(10 * MINUTE);
    client.get("/sudo").await;
    job.set_visits(40);
    job.save().await.unwrap();
    assert_eq!(client.get("/since").await.text(), shown(10, 10, true, 40));
}

#[tokio::test]
async fn o09_a_page_leads_to_where_it_is_proved_again() {
    let config = || Home::Sealed.config().sign_in_at("/sign-in");
    for (config, page) in [
        (config(), "/sign-in?next=/pay"),
        (config().reauthenticate_at("/sudo"), "/sudo?next=/pay"),
    ] {
        let Site {
            mut client, clock, ..
        } = site(config, router());
        let navigation = || headers([("sec-fetch-mode", "navigate")]);
        let answer = client.request(Method::GET, "/pay", navigation()).await;
        assert_eq!(answer.header("location"), Some("/sign-in?next=/pay"));
        client.get("/sign-in").await;
        clock.advance(5 * MINUTE);
        let answer = client.request(Method::GET, "/pay", navigation()).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some(page));
        assert_eq!(client.get("/pay").await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn o09_a_session_of_node_does_not_tell_and_nobody_takes_it_for_fresh() {
    for home in OF_NODE {
        let Site { mut client, .. } = at(home);
        client.get("/sign-in").await;
        assert!(
            client.get("/since").await.text().starts_with("None "),
            "{home:?}"
        );
        let answer = client.get("/pay").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            answer.text().contains("Config::stored"),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn o09_a_page_for_it_is_refused_at_start_where_the_time_is_not_kept() {
    for home in OF_NODE {
        let config = home.config().reauthenticate_at("/sudo");
        let error = try_site(config, Router::new()).err().unwrap().to_string();
        assert!(
            error.contains("reauthenticate_at") && error.contains("Config::stored"),
            "{error}"
        );
    }
}
