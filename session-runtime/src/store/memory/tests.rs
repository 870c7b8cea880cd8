//! x
use super::MemoryStore;
use crate::testing::conformance;
#[test]
fn it_keeps_every_guarantee() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let report = runtime.block_on(conformance::check(async || MemoryStore::new()));
    report.assert();
}
