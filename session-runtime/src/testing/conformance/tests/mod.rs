//! A right store passes, and no way to be wrong gets past the check that is about it.

mod fault;
mod plain;
mod principals;
mod revocations;

use std::collections::BTreeSet;

use fault::{FAULTS, Fault};
use plain::Plain;

use super::{Conformance, GROUPS, check};

fn checked(fault: Fault) -> Conformance {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(check(async || Plain::new(fault)))
}

fn facts() -> BTreeSet<&'static str> {
    let facts = GROUPS.iter().flat_map(|group| group.facts);
    facts.map(|fact| fact.name).collect()
}

#[test]
fn o23_a_store_that_keeps_every_guarantee_passes() {
    let report = checked(Fault::None);
    report.assert();
    assert_eq!(report.left_out().count(), 0);
    assert_eq!(report.passed(), facts().len());
}

#[test]
fn o23_what_a_store_breaks_is_named() {
    for (fault, fact) in FAULTS {
        let report = checked(*fault);
        let named = report.broken().any(|finding| finding.fact() == *fact);
        assert!(named, "{fault:?} got past {fact}: {report}");
    }
}

#[test]
fn every_check_finds_something() {
    let mut quiet = facts();
    for (fault, _) in FAULTS {
        for finding in checked(*fault).broken() {
            quiet.remove(finding.fact());
        }
    }
    assert_eq!(quiet, BTreeSet::new());
}
