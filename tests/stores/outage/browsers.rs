//! Browsers that ask without a pause, and what they remember of the answers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use axum::Router;
use http::StatusCode;
use session_runtime::store::SessionStore;
use tests::{Answer, Client};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use super::app::router;

/// Browsers at once.
const BROWSERS: u64 = 8;

/// A busy machine is not a store out of reach.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(120);

/// What is shown of nobody.
const NOBODY: &str = "None 0";

/// How much of the store can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Reach {
    All,
    /// It goes or comes back.
    Changing,
    /// One of its servers is gone.
    Some,
    None,
}

/// What all browsers look at.
struct Shared {
    reach: AtomicU8,
    is_over: AtomicBool,
}

impl Shared {
    fn reach(&self) -> Reach {
        match self.reach.load(Ordering::SeqCst) {
            0 => Reach::All,
            1 => Reach::Changing,
            2 => Reach::Some,
            _ => Reach::None,
        }
    }
}

/// The answer to one `count`.
struct Report {
    browser: u64,
    /// How much could be reached from its beginning to its end; `None`: that changed.
    reach: Option<Reach>,
    was_done: bool,
}

/// One that has counted and signed in and out.
struct Browser {
    router: Router,
    client: Client,
    user: u64,
    /// What it has been told last, and how much more there may be: answers that were none.
    told: u64,
    unknown: u64,
    /// The cookies of sessions that have been ended.
    ended: Vec<Client>,
}

pub(super) struct Run {
    router: Router,
    shared: Arc<Shared>,
    reports: mpsc::UnboundedReceiver<Report>,
    browsers: Vec<JoinHandle<Browser>>,
}

impl Run {
    pub(super) async fn begin(store: Arc<dyn SessionStore>) -> Self {
        let router = router(store, PATIENCE);
        let shared = Arc::new(Shared {
            reach: AtomicU8::new(Reach::All as u8),
            is_over: AtomicBool::new(false),
        });
        let (sender, reports) = mpsc::unbounded_channel();
        let mut browsers = Vec::new();
        for user in 0..BROWSERS {
            let mut client = Client::new(router.clone());
            let answer = client.get(&format!("/sign-in/{user}")).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let browser = Browser {
                router: router.clone(),
                client,
                user,
                told: 0,
                unknown: 0,
                ended: Vec::new(),
            };
            browsers.push(tokio::spawn(
                browser.run(Arc::clone(&shared), sender.clone()),
            ));
        }
        Self {
            router,
            shared,
            reports,
            browsers,
        }
    }

    pub(super) fn enter(&self, reach: Reach) {
        self.shared.reach.store(reach as u8, Ordering::SeqCst);
    }

    pub(super) async fn until_written(&mut self, count: usize) {
        let mut written = 0;
        while written < count {
            written += usize::from(self.report().await.was_done);
        }
    }

    /// Each by a request of which all was in the present phase.
    pub(super) async fn until_everybody_was_answered(&mut self) {
        let reach = self.shared.reach();
        self.everybody(|report| report.reach == Some(reach)).await;
    }

    pub(super) async fn until_everybody_was_served(&mut self) {
        self.everybody(|report| report.was_done).await;
    }

    async fn everybody(&mut self, counts: impl Fn(&Report) -> bool) {
        let mut missing: Vec<u64> = (0..BROWSERS).collect();
        let began = Instant::now();
        while !missing.is_empty() {
            assert!(began.elapsed() < DEADLINE, "without an end: {missing:?}");
            let report = self.report().await;
            if counts(&report) {
                missing.retain(|browser| *browser != report.browser);
            }
        }
    }

    async fn report(&mut self) -> Report {
        let failed = self.browsers.iter().any(JoinHandle::is_finished);
        assert!(!failed, "a browser has failed: its message is above");
        let report = timeout(DEADLINE, self.reports.recv()).await;
        report.unwrap().unwrap()
    }

    /// Looks what has come of what the browsers were told.
    pub(super) async fn end(self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        for browser in self.browsers {
            let mut browser = browser.await.unwrap();
            let shown = browser.client.get("/read").await.text();
            let (user, count) = shown.rsplit_once(' ').unwrap();
            assert_eq!(user, format!("Some({})", browser.user));
            let count = count.parse::<u64>().unwrap();
            browser.assert_counted(count, browser.told);
            assert!(!browser.ended.is_empty());
            for mut former in browser.ended {
                assert_eq!(former.get("/read").await.text(), NOBODY, "is back");
            }
        }
        let mut stranger = Client::new(self.router);
        assert_eq!(stranger.get("/read").await.text(), NOBODY);
    }
}

impl Browser {
    async fn run(mut self, shared: Arc<Shared>, reports: mpsc::UnboundedSender<Report>) -> Self {
        while !shared.is_over.load(Ordering::SeqCst) {
            let before = shared.reach();
            let answer = self.client.get("/count").await;
            let was_done = was_done(&answer);
            let after = shared.reach();
            // Two phases of one kind are never next to each other.
            let reach = (before == after && before != Reach::Changing).then_some(before);
            if was_done {
                let count = answer.text().parse().unwrap();
                self.assert_counted(count, self.told + 1);
                (self.told, self.unknown) = (count, 0);
            } else if reach != Some(Reach::None) {
                self.unknown += 1;
            }
            match reach {
                Some(Reach::All) => assert!(was_done, "refused though the store is there"),
                Some(Reach::None) => assert!(!was_done, "done though no store is there"),
                _ => {}
            }
            self.without_cookie().await;
            self.in_and_out().await;
            let report = Report {
                browser: self.user,
                reach,
                was_done,
            };
            // Nobody listens any more when it is over.
            let _ = reports.send(report);
        }
        self
    }

    /// Every write that was acknowledged counts once, and each other once or not at all.
    fn assert_counted(&self, count: u64, least: u64) {
        let most = least + self.unknown;
        assert!((least..=most).contains(&count), "{least}..={most}: {count}");
    }

    /// Who has no session asks nothing of a store.
    async fn without_cookie(&self) {
        let mut stranger = self.stranger();
        assert_eq!(stranger.get("/without").await.text(), "no session");
        assert_eq!(stranger.get("/read").await.text(), NOBODY);
        let without = self.client.clone().get("/without").await;
        assert_eq!(without.text(), "no session");
    }

    /// Another session of the same user, which he ends.
    async fn in_and_out(&mut self) {
        let mut other = self.stranger();
        let signed_in = other.get(&format!("/sign-in/{}", self.user)).await;
        if !was_done(&signed_in) {
            return;
        }
        let signed_in = other.clone();
        if was_done(&other.get("/sign-out").await) {
            self.ended.push(signed_in);
        }
    }

    fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }
}

/// `false`: a 503 as it must be.
fn was_done(answer: &Answer) -> bool {
    if answer.status() == StatusCode::OK {
        return true;
    }
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(answer.set_cookies().is_empty(), "the cookie is kept");
    false
}
