//! A right store passes, and no way to be wrong gets past the check that is about it.

mod compare;
mod fault;
mod plain;

use std::collections::BTreeSet;

use fault::{FAULTS, Fault};
use plain::Plain;

use super::{Conformance, GROUPS, check, sweeping};

fn run(check: impl Future<Output = Conformance>) -> Conformance {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(check)
}

/// Of stores that are clients of one.
fn checked(fault: Fault) -> Conformance {
    let store = Plain::new(fault);
    run(check(async || store.client()))
}

fn facts() -> BTreeSet<&'static str> {
    let facts = GROUPS.iter().flat_map(|group| group.facts);
    facts.map(|fact| fact.name).collect()
}

#[test]
fn a_store_that_keeps_every_guarantee_passes() {
    let report = checked(Fault::None);
    report.assert();
    assert_eq!(report.left_out().count(), 0);
    assert_eq!(report.passed(), facts().len());
    run(check(async || Plain::new(Fault::None))).assert();
}

#[test]
fn what_a_store_breaks_is_named() {
    for (fault, facts) in FAULTS {
        let report = checked(*fault);
        for fact in *facts {
            let named = report.broken().any(|finding| finding.fact() == *fact);
            assert!(named, "{fault:?} got past {fact}: {report}");
        }
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

#[test]
fn what_a_store_does_not_offer_is_left_out_and_named() {
    let report = checked(Fault::NoSweeper);
    report.assert();
    let names: Vec<_> = sweeping::FACTS.iter().map(|fact| fact.name).collect();
    assert_eq!(report.left_out().collect::<Vec<_>>(), names);
}

#[test]
fn a_finding_shows_neither_key_nor_value() {
    for (fault, _) in FAULTS {
        let report = checked(*fault).to_string();
        assert!(!report.contains("conformance:"), "{report}");
        assert!(!report.contains("user"), "{report}");
    }
}
