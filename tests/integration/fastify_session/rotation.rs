//! Secrets: several at once, other hashes, other signers, swapped while running.

use axum::routing::get;
use session_runtime::{
    CookieKeys, EventKind, Key, Rolling, SendCause, Session,
    fastify_session::{Algorithm, FastifySession, Secrets, Signer, Unsigned},
    hattip::SigningKeys,
};

use super::{
    ALICE, Call, OTHER, SECRET, Site, Visitor, assert_silent, line, read, secrets, shared, site,
    site_of, site_signed,
};

fn rotated() -> Secrets {
    Secrets::rotated([OTHER, SECRET]).unwrap()
}

fn signed_with(signer: impl Signer) -> Site {
    site_signed(signer, shared, get(read))
}

#[tokio::test]
async fn row_53_an_older_secret_is_taken_and_the_first_signs_anew_and_the_session_stays() {
    let mut site = site();
    site.get("/write").await;
    let (id, old) = (
        site.id(),
        site.client.cookie("sessionId").unwrap().to_owned(),
    );
    site.sessions.swap_keyring::<Visitor>(rotated()).unwrap();
    assert!(site.events().contains(&EventKind::KeyringSwapped));
    let answer = site.get("/write").await;
    let new = Secrets::new(OTHER).unwrap().sign(&id);
    assert!(
        line(&answer).starts_with(&format!("sessionId={new};")),
        "{answer:?}"
    );
    assert_ne!(new, old);
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
    // When the old secret goes, whoever has been here stays.
    site.sessions
        .swap_keyring::<Visitor>(Secrets::new(OTHER).unwrap())
        .unwrap();
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
    site.client.set_cookie("sessionId", old);
    assert_eq!(site.read().await, "None 0 Some(Tampered)");
}

#[tokio::test]
async fn here_a_cookie_of_an_older_secret_is_signed_anew_also_where_nothing_is_saved() {
    let config =
        |session: FastifySession| shared(session.save_uninitialized(false)).rolling(Rolling::OFF);
    let mut site = site_of(config);
    site.get("/write").await;
    let (id, record) = (site.id(), site.record(&site.id()));
    site.sessions.swap_keyring::<Visitor>(rotated()).unwrap();
    site.calls();
    site.events();
    let answer = site.get("/read").await;
    assert_eq!(answer.text(), ALICE);
    let new = Secrets::new(OTHER).unwrap().sign(&id);
    // To Node it is a cookie that no session backs, and is cleared.
    assert!(
        line(&answer).starts_with(&format!("sessionId={new};")),
        "{answer:?}"
    );
    let is_due = |event: &EventKind| {
        matches!(
            event,
            EventKind::Sent {
                cause: SendCause::KeyRotated,
                ..
            }
        )
    };
    assert!(site.events().iter().any(is_due));
    assert_eq!((site.calls(), site.record(&id)), (vec![Call::Get], record));
    assert_silent(&site.get("/read").await);
}

#[tokio::test]
async fn rows_64_and_65_the_hash_is_sha_256_unless_another_is_configured() {
    let id = "Qk_XT2K7-clT-x1tVvoY6tIQ83iP72KN";
    let known = format!("{id}.B7fUDYXU9fXF9pNuL3qm4NVmSduLJ6kzCOPh5JhHGoE");
    assert_eq!(secrets().sign(id), known);
    let algorithms = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];
    for own in algorithms {
        let mut site = signed_with(secrets().algorithm(own));
        site.put(id, "{\"n\":3}");
        for other in algorithms {
            site.client
                .set_cookie("sessionId", secrets().algorithm(other).sign(id));
            let expected = if own == other {
                "None 3 None"
            } else {
                "None 0 Some(Tampered)"
            };
            assert_eq!(site.read().await, expected, "{own:?} {other:?}");
        }
    }
}

/// Signs backwards, which nobody should.
#[derive(Debug)]
struct Mirror;

impl Signer for Mirror {
    fn sign(&self, id: &str) -> String {
        format!("mirror-{}", id.chars().rev().collect::<String>())
    }

    fn unsign(&self, signed: &str) -> Option<Unsigned> {
        let (is_stale, id) = match signed.strip_prefix("old-") {
            Some(id) => (true, id),
            None => (false, signed.strip_prefix("mirror-")?),
        };
        let id = id.chars().rev().collect();
        Some(Unsigned { id, is_stale })
    }
}

#[tokio::test]
async fn row_66_a_signer_of_ones_own() {
    let mut site = signed_with(Mirror);
    site.put("abc", "{\"n\":3}");
    for value in ["mirror-cba", "old-cba"] {
        site.client.set_cookie("sessionId", value);
        let answer = site.get("/read").await;
        assert_eq!(answer.text(), "None 3 None");
        assert!(line(&answer).starts_with("sessionId=mirror-cba;"));
    }
    site.client.set_cookie("sessionId", "cba");
    assert_eq!(site.read().await, "None 0 Some(Tampered)");
    site.sessions.swap_keyring::<Visitor>(secrets()).unwrap();
    site.present("abc");
    assert_eq!(site.read().await, "None 3 None");
    site.sessions
        .swap_keyring::<Visitor>(CookieKeys::signer(Mirror))
        .unwrap();
    site.client.set_cookie("sessionId", "mirror-cba");
    assert_eq!(site.read().await, "None 3 None");
}

#[tokio::test]
async fn keys_of_another_kind_are_refused_and_the_old_ones_stay() {
    let mut site = site();
    site.get("/write").await;
    let refused: [CookieKeys; 2] = [
        Key::generate().unwrap().into(),
        SigningKeys::from_secrets([OTHER]).unwrap().into(),
    ];
    for keys in refused {
        let error = site.sessions.swap_keyring::<Visitor>(keys).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("session `visitor`: key: "), "{text}");
        assert!(text.contains("`Secrets`"), "{text}");
    }
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn a_swap_while_a_handler_runs_counts_for_its_response() {
    async fn own(
        axum::Extension(sessions): axum::Extension<session_runtime::Sessions>,
        mut session: Session<Visitor>,
    ) {
        session.set_user("alice");
        sessions.swap_keyring::<Visitor>(rotated()).unwrap();
    }
    let site = site_signed(secrets(), shared, get(own));
    let router = site
        .router
        .clone()
        .layer(axum::Extension(site.sessions.clone()));
    let mut client = site.client.at(router);
    client.get("/own").await;
    let value = client.cookie("sessionId").unwrap().to_owned();
    assert!(Secrets::new(OTHER).unwrap().unsign(&value).is_some());
    assert_eq!(client.get("/read").await.text(), "Some(\"alice\") 0 None");
}
