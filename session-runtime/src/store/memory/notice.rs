//! What a release build says of a store that forgets.

/// Says once in a process that its sessions end with it, if this is a release build.
#[cfg(feature = "tracing")]
pub(super) fn give() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    if !cfg!(debug_assertions) {
        ONCE.call_once(warn);
    }
}

#[cfg(feature = "tracing")]
fn warn() {
    tracing::warn!(
        target: "session",
        "MemoryStore: sessions are kept in this process alone, and lost when it ends"
    );
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn give() {}
