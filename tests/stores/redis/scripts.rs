//! Scripts that the server has forgotten.

use session_runtime::store::{
    Admitted, Created, PrincipalIndex, Revocations, Saved, SessionLimit, SessionStore,
};
use tests::servers::redis::RedisServer;

use super::{HOUR, key, now, principal, record, record_of, revision, store};

fn forgets(server: &RedisServer) {
    server.ask::<()>(&["SCRIPT", "FLUSH"]);
}

#[tokio::test]
async fn every_call_works_though_the_server_has_forgotten_its_script() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let one = principal(1);
    // The first time nothing is known; then something is, and forgotten.
    for round in 0..2 {
        let key = |number| key(round * 100 + number);
        forgets(&server);
        assert_eq!(
            store.create(&key(1), &record(1)).await.unwrap(),
            Created::Done
        );
        forgets(&server);
        let signed_in = record_of(one, 2);
        let saved = store.save(&key(1), revision(1), &signed_in).await;
        assert_eq!(saved.unwrap(), Saved::Done);
        forgets(&server);
        assert!(store.touch(&key(1), now(), now() + 9 * HOUR).await.unwrap());
        forgets(&server);
        let created = store.create(&key(2), &record_of(one, 1)).await.unwrap();
        assert_eq!(created, Created::Done);
        forgets(&server);
        let limit = SessionLimit::new(2);
        let last = session_runtime::store::Record::new(
            revision(1),
            vec![],
            Some(one),
            now() + 9,
            now() + HOUR,
        );
        let admitted = store.admit(&key(3), None, &last, limit).await;
        let Admitted::Done { ended } = admitted.unwrap() else {
            panic!("not admitted");
        };
        assert_eq!(ended.len(), 1);
        forgets(&server);
        assert_eq!(store.list(&one).await.unwrap().len(), 2);
        forgets(&server);
        assert_eq!(
            store.delete_all(&one, Some(&key(3))).await.unwrap().len(),
            1
        );
        forgets(&server);
        assert_eq!(store.delete(&key(3), None).await.unwrap(), Saved::Done);
        forgets(&server);
        store.revoke(&key(4), now() + HOUR).await.unwrap();
        forgets(&server);
        let epoch = store.advance_epoch(&one, 0, now() + HOUR).await.unwrap();
        assert_eq!(epoch, round + 1);
        let standing = store.standing(Some(&key(4)), Some(&one)).await.unwrap();
        assert!(standing.is_revoked && standing.epoch == round + 1);
        store.delete_all(&one, None).await.unwrap();
    }
}

#[tokio::test]
async fn an_admission_names_whom_it_ended_whichever_of_its_scripts_are_known() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let limit = SessionLimit::new(1);
    let (one, two) = (principal(1), principal(2));
    for round in 0..2_u64 {
        let key = |number: u64| key(round * 100 + number);
        store.create(&key(1), &record_of(one, 1)).await.unwrap();
        store.create(&key(2), &record_of(two, 1)).await.unwrap();
        forgets(&server);
        if round == 0 {
            // What ends a session.
            store.delete_all(&two, None).await.unwrap();
        } else {
            // What lets one in and ends none.
            let other = record_of(principal(3), 1);
            store.admit(&key(3), None, &other, limit).await.unwrap();
        }
        let admitted = store.admit(&key(4), None, &record_of(one, 1), limit).await;
        let ended = vec![key(1)];
        assert_eq!(admitted.unwrap(), Admitted::Done { ended });
        store.delete_all(&one, None).await.unwrap();
        store.delete_all(&two, None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_all_the_time_loses_no_write() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(0)).await.unwrap();
    let is_over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let forgetting = {
        let is_over = is_over.clone();
        std::thread::spawn(move || {
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                forgets(&server);
            }
            server
        })
    };
    for number in 0..500 {
        let saved = store
            .save(&key(1), revision(number), &record(number + 1))
            .await;
        assert_eq!(saved.unwrap(), Saved::Done);
    }
    is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    let _server = forgetting.join().unwrap();
    let seen = store.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(seen.revision(), revision(500));
}
