//! What a release build says of a store that forgets.

#[cfg(feature = "tracing")]
use std::sync::Once;

/// Says once in a process that its sessions end with it, if this is a release build.
#[cfg(feature = "tracing")]
pub(super) fn give() {
    static GIVEN: Once = Once::new();
    give_once(!cfg!(debug_assertions), &GIVEN);
}

#[cfg(feature = "tracing")]
fn give_once(is_release: bool, given: &Once) {
    if is_release {
        given.call_once(|| {
            tracing::warn!(
                target: "session",
                "MemoryStore: sessions are kept in this process alone, and lost when it ends"
            );
        });
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn give() {}

#[cfg(all(test, feature = "tracing", not(shuttle)))]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tracing::{Event, Level, Metadata, Subscriber, span};

    use super::*;

    /// Counts warnings.
    #[derive(Clone, Default)]
    struct Log(Arc<AtomicUsize>);

    impl Subscriber for Log {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            *metadata.level() == Level::WARN && metadata.target() == "session"
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn enter(&self, _: &span::Id) {}

        fn exit(&self, _: &span::Id) {}
    }

    fn warnings_of(stores: usize, is_release: bool) -> usize {
        let (log, given) = (Log::default(), Once::new());
        tracing::subscriber::with_default(log.clone(), || {
            for _ in 0..stores {
                give_once(is_release, &given);
            }
        });
        log.0.load(Ordering::Relaxed)
    }

    #[test]
    fn d42_a_release_build_warns_once_of_a_store_that_forgets() {
        assert_eq!(warnings_of(3, true), 1);
    }

    #[test]
    fn d42_a_debug_build_does_not() {
        assert_eq!(warnings_of(3, false), 0);
    }
}
