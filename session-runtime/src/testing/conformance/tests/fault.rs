//! The ways to be wrong, and the check that each must not get past.

/// Makes the enum and its table, a line for each fault.
macro_rules! faults {
    ($($fault:ident: $fact:ident,)*) => {
        /// What a store does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Fault {
            None,
            $($fault,)*
        }

        /// Every fault, with the check that is about it.
        pub(super) const FAULTS: &[(Fault, &str)] =
            &[$((Fault::$fault, stringify!($fact)),)*];
    };
}

faults! {
    CreateReplaces: a_second_create_says_exists_and_changes_nothing,
    CreateInTwoSteps: of_many_creates_of_one_key_one_is_done,
    CreateInHalves: a_dropped_create_is_done_or_not,
    CreateLosesZeroBytes: a_record_of_any_bytes_and_size_comes_back_as_it_was,
    KeyIsCut: keys_that_differ_in_one_bit_have_each_their_record,
    LoadCreates: a_key_without_a_record_loads_nothing,
    RevisionIsDouble: every_number_comes_back_as_it_was,
    SaveUpserts: a_save_of_a_deleted_record_says_gone_and_makes_nothing,
    SaveInTwoSteps: of_many_saves_over_one_revision_one_is_done,
    SaveInHalves: a_dropped_save_is_done_or_not,
    SaveIndexesLater: lists_say_what_the_records_say_after_a_dropped_call,
    SaveIgnoresRevision: a_save_with_another_revision_conflicts_and_changes_nothing,
    SaveKeepsLaterTimes: a_save_after_a_touch_has_its_own_times,
    TouchCreates: a_touch_where_nothing_is_says_so_and_makes_nothing,
    TouchMovesBack: a_touch_moves_neither_back,
    TouchMovesTogether: a_touch_moves_each_by_itself,
    TouchInHalves: a_dropped_touch_is_done_or_not,
    TouchChangesRevision: a_save_does_not_conflict_with_a_touch,
    TouchWritesOldRecord: a_touch_beside_a_save_neither_blocks_nor_undoes_it,
    DeleteIgnoresRevision: a_delete_with_another_revision_conflicts_and_removes_nothing,
    DeleteInHalves: a_dropped_delete_is_done_or_not,
    DeleteOfNothingIsDone: a_delete_where_nothing_is_says_gone,
    DeleteLeavesTombstone: a_key_can_be_created_again_after_a_delete,
    DeleteTakesNeighbours: a_delete_removes_no_other_record,
    IndexKeepsDeleted: a_deleted_record_is_in_no_list,
    IndexKeepsMoved: a_save_moves_a_record_between_lists,
    IndexMissesSaved: lists_say_what_the_records_say_after_calls_that_met,
    IndexOfUnwritten: what_was_not_written_is_in_no_list,
    ListIsStale: a_list_shows_records_as_they_were_saved_and_touched,
    ListOfAll: a_list_has_the_records_of_its_principal_alone,
    DeleteAllTakesNobodys: delete_all_deletes_those_of_its_principal_alone_and_names_them,
    DeleteAllIgnoresExcept: delete_all_spares_its_exception,
    DeleteAllNamesExcept: delete_all_spares_its_exception,
    DeleteAllInTwoSteps: delete_all_beside_saves_leaves_nothing,
    DeleteAllClearsIndex: delete_all_beside_creates_leaves_what_the_list_says,
    AdmitOnlySaves: a_record_below_the_limit_is_admitted_and_ends_nobody,
    AdmitOnlyCreates: a_saved_record_is_admitted_as_a_created_one,
    AdmitInTwoSteps: admissions_at_once_that_end_others_leave_as_many_as_may_be,
    AdmitCountsItself: a_session_that_is_admitted_again_does_not_count_twice,
    AdmitCountsExpired: an_expired_record_does_not_count,
    AdmitCountsAll: records_of_others_do_not_count,
    AdmitEndsNewest: the_ones_not_used_for_longest_end,
    AdmitEndsByExpiry: the_ones_not_used_for_longest_end,
    AdmitEndsOne: as_many_end_as_a_lower_limit_asks_for,
    AdmitEndsBeforeItFails: an_admission_that_cannot_write_changes_nothing,
    AdmitRefusesNobody: a_refused_record_changes_nothing,
    AdmitLimitsNobodys: a_record_without_a_principal_is_not_limited,
    RevokesAll: a_revoked_session_is_revoked_and_no_other,
    RevokeDeletes: a_revocation_is_no_record,
    RevokeTakesLastTime: a_revocation_is_remembered_until_the_latest_time,
    EpochOfAll: an_epoch_is_of_its_principal_alone,
    EpochOnlyCounts: an_epoch_grows_by_one_or_to_what_it_must_be_at_least,
    EpochInTwoSteps: epochs_begun_at_once_differ,
    EpochTakesLastTime: an_epoch_is_remembered_until_the_latest_time,
    StandingForgetsOne: a_standing_tells_of_both,
    SweepTakesAll: a_sweep_removes_what_has_ended_and_nothing_else,
    SweepIsLate: a_sweep_removes_what_has_ended_and_nothing_else,
    SweepCountsNothing: a_sweep_counts_what_it_removed,
    SweepForgetsIndex: a_swept_record_is_in_no_list,
    SweepUsesFirstEnd: a_sweep_asks_when_a_record_ends_now,
    SweepLeavesRevocations: a_sweep_removes_revocations_that_have_ended_and_no_others,
    Panics: two_stores_can_be_opened_and_used,
    Fails: two_stores_can_be_opened_and_used,
}
