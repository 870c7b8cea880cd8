//! The ids of such sessions, which are keys of the store and all that protects a session.

use session_runtime::Reason;

use super::{ALICE, ALL, Kind, OPEN, fresh, site};
use crate::shelf::Call;

#[tokio::test]
async fn the_key_is_a_random_uuid_and_the_record_the_fields() {
    for kind in OPEN {
        let mut site = site(kind);
        let line = site.client.get("/write").await.set_cookies()[0].to_owned();
        let key = site.shelf.keys().pop().unwrap();
        let value = key.replace(':', "%3A");
        assert_eq!(
            line,
            format!("session={value}; Path=/; HttpOnly; Secure; SameSite=Lax")
        );
        let id = key.strip_prefix("session:").unwrap_or(&key);
        assert_eq!(kind.key(id), key);
        let shape: String = id
            .chars()
            .map(|c| if c == '-' { '-' } else { 'x' })
            .collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&id[14..15], "4");
        assert_eq!(
            site.shelf.get(&key).unwrap(),
            "{\"user\":\"alice\",\"n\":1}"
        );
        assert_eq!(site.shelf.seconds(&key), Some(300));
    }
}

#[tokio::test]
async fn here_an_id_that_somebody_chose_is_neither_adopted_nor_looked_up() {
    for kind in OPEN {
        for chosen in [
            "attacker",
            "session:attacker",
            "session%3Aattacker",
            "2187A4D8-16AF-4E85-945B-BE612701F836",
            "session:2187a4d8-16af-1e85-945b-be612701f836",
            "",
        ] {
            let mut site = site(kind);
            site.client.set_cookie("session", chosen);
            assert_eq!(
                site.read().await,
                fresh(Reason::Malformed),
                "{kind:?} {chosen}"
            );
            assert_eq!(site.calls(), []);
            site.client.get("/write").await;
            assert_eq!(site.calls(), [Call::Create]);
            assert!(!site.shelf.keys()[0].contains("attacker"));
        }
    }
}

#[tokio::test]
async fn here_an_id_that_the_store_does_not_know_is_never_adopted() {
    let id = "2187a4d8-16af-4e85-945b-be612701f836";
    for kind in OPEN {
        for path in ["/write", "/sign-in", "/keep"] {
            let mut site = site(kind);
            site.client.set_cookie("session", kind.key(id));
            assert_eq!(site.read().await, fresh(Reason::NotFound));
            site.client.get(path).await;
            assert_eq!(site.shelf.get(&kind.key(id)), None, "{kind:?} {path}");
        }
    }
}

#[tokio::test]
async fn here_no_key_that_a_client_names_is_read_or_deleted_but_that_of_a_session() {
    for kind in OPEN {
        for key in ["settings", "session:settings", "sess:abc"] {
            let mut site = site(kind);
            site.shelf.put(key, "{\"user\":\"eve\",\"n\":1}");
            for path in ["/read", "/write", "/keep", "/delete"] {
                site.client.set_cookie("session", key.replace(':', "%3A"));
                let answer = site.client.get(path).await;
                assert!(!answer.text().contains("eve"));
            }
            let left = site.shelf.get(key).unwrap();
            assert_eq!(left, "{\"user\":\"eve\",\"n\":1}");
            assert!(!site.calls().contains(&Call::Delete));
        }
    }
}

#[tokio::test]
async fn here_another_id_leaves_no_old_record_and_one_that_was_planted_is_worth_nothing() {
    for kind in ALL {
        for (path, left) in [("/keep", ALICE), ("/sign-in", "Some(\"bob\") 0 None")] {
            let mut site = site(kind);
            site.client.get("/write").await;
            let old = site.client.cookie("session").unwrap().to_owned();
            site.client.get(path).await;
            assert_ne!(site.client.cookie("session").unwrap(), old);
            assert_eq!(site.read().await, left, "{kind:?}");
            site.client.set_cookie("session", old);
            assert_eq!(site.read().await, fresh(Reason::NotFound), "{kind:?}");
            assert_eq!(site.shelf.keys().len(), usize::from(kind != Kind::Memory));
        }
    }
}
