//! What was acknowledged is there after the process has ended, however it did.

use std::collections::HashMap;

use session_runtime::store::{
    Created, Durability, PrincipalIndex, Revocations, Saved, SessionStore, SqliteOptions,
};
use tokio::task::JoinSet;

use super::{
    Folder, LATER, NOW,
    child::{self, Process},
    key, record, revision, signed_in, somebody,
};

#[tokio::test]
async fn everything_survives_a_restart() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, other, gone) = (key(1), key(2), key(3));
    store.create(&one, &signed_in(1, NOW)).await.unwrap();
    store.create(&other, &record(2)).await.unwrap();
    store.save(&other, revision(2), &record(3)).await.unwrap();
    store.create(&gone, &record(4)).await.unwrap();
    store.delete(&gone, None).await.unwrap();
    store.revoke(&gone, LATER).await.unwrap();
    let epoch = store.advance_epoch(&somebody(), 5, LATER).await.unwrap();
    drop(store);

    let store = folder.open().await;
    let listed = store.list(&somebody()).await.unwrap();
    assert_eq!(listed, [(one, signed_in(1, NOW))]);
    assert_eq!(store.load(&other).await.unwrap(), Some(record(3)));
    assert_eq!(store.load(&gone).await.unwrap(), None);
    let standing = store
        .standing(Some(&gone), Some(&somebody()))
        .await
        .unwrap();
    assert!(standing.is_revoked);
    assert_eq!(standing.epoch, epoch);
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_with_normal_durability() {
    survives_a_kill(Durability::Normal).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_with_full_durability() {
    survives_a_kill(Durability::Full).await;
}

/// Kills a process in mid-load several times, each of which goes on with the same file.
async fn survives_a_kill(durability: Durability) {
    let folder = Folder::new();
    let mut acknowledged = HashMap::<usize, usize>::new();
    for _ in 0..4 {
        let role = "sqlite::restart::the_process_that_is_killed";
        let mut process = Process::start(role, &folder.database(), durability);
        let mut heard = 0;
        while let Some(line) = process.hear() {
            let (number, step) = line.split_once(' ').unwrap();
            acknowledged.insert(number.parse().unwrap(), step.parse().unwrap());
            heard += 1;
            // What it has said meanwhile is heard after.
            if heard == 1000 {
                process.kill();
            }
        }
        assert!(heard >= 1000, "the process ended by itself");
    }
    let store = folder.open().await;
    for (number, step) in acknowledged {
        let found = store.load(&key(number)).await.unwrap();
        let reached = match &found {
            Some(found) => usize::try_from(found.revision().to_i64()).unwrap(),
            None => STEPS,
        };
        // The next step may have been under way.
        assert!(
            (step..=step + 1).contains(&reached),
            "{number}: {step} was acknowledged, {reached} is there"
        );
        if let Some(found) = found {
            assert_eq!(found, record(found.revision().to_i64()), "{number}");
        }
    }
}

/// The last of which deletes.
const STEPS: usize = 4;

#[tokio::test]
async fn the_process_that_is_killed() {
    let Some((database, durability)) = child::role() else {
        return;
    };
    let options = SqliteOptions::new().durability(durability);
    let store = options.open(database).await.unwrap();
    let start = usize::try_from(std::process::id()).unwrap() << 32;
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            for number in (start + task..).step_by(16) {
                let key = key(number);
                let created = store.create(&key, &record(1)).await.unwrap();
                assert_eq!(created, Created::Done);
                child::say(&format!("{number} 1"));
                for step in 2..=3 {
                    let saved = store.save(&key, revision(step - 1), &record(step)).await;
                    assert_eq!(saved.unwrap(), Saved::Done);
                    child::say(&format!("{number} {step}"));
                }
                if number % 3 == 0 {
                    store.delete(&key, None).await.unwrap();
                    child::say(&format!("{number} {STEPS}"));
                }
            }
        });
    }
    tasks.join_all().await;
}
