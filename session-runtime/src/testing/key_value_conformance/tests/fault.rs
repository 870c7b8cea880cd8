//! The ways to be wrong, and the checks that each must not get past.

/// Makes the enum and its table, a line for each fault.
macro_rules! faults {
    ($($fault:ident: $($fact:ident)|+,)*) => {
        /// What a store does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Fault {
            None,
            /// Not wrong, but less.
            NoSweeper,
            $($fault,)*
        }

        /// Every fault, with the checks that are about it.
        pub(super) const FAULTS: &[(Fault, &[&str])] =
            &[$((Fault::$fault, &[$(stringify!($fact)),+]),)*];
    };
}

faults! {
    CreateTrims: a_text_of_any_kind_and_size_comes_back_as_it_was,
    CreateLosesZeroBytes: a_text_of_any_kind_and_size_comes_back_as_it_was,
    CreateCuts: a_text_of_any_kind_and_size_comes_back_as_it_was,
    CreateReplaces: a_second_create_says_exists_and_changes_nothing,
    CreateOfTheSameIsDone: a_second_create_says_exists_and_changes_nothing,
    CreateMovesEnd: a_second_create_says_exists_and_changes_nothing,
    CreateInTwoSteps: of_many_creates_of_one_key_one_is_done,
    CreateInHalves: a_dropped_create_is_done_or_not,
    EmptyIsNothing: a_second_create_says_exists_and_changes_nothing,
    GetCreates: a_key_without_a_value_gets_nothing,
    GetIsCached: what_was_acknowledged_every_client_sees,
    EndIsNarrow: a_value_can_live_until_the_year_9999,
    EndIsInSeconds: an_end_that_is_told_is_that_of_the_lifetime,
    KeyIsCut: keys_that_resemble_each_other_have_each_their_value,
    KeyIgnoresCase: keys_that_resemble_each_other_have_each_their_value,
    KeyIsTrimmed: keys_that_resemble_each_other_have_each_their_value,
    KeyIsComposed: keys_that_resemble_each_other_have_each_their_value,
    KeyIsDecoded: keys_that_resemble_each_other_have_each_their_value,
    ReplaceTrims: a_replace_of_any_text_by_any_other_is_done,
    ReplaceByTheSameConflicts: a_replace_by_the_same_text_is_done,
    ReplaceKeepsEnd: a_replace_moves_the_end_back_and_forth,
    ReplaceOnlyLengthens: a_replace_moves_the_end_back_and_forth,
    ReplaceInTwoSteps: of_many_replaces_of_one_text_one_is_done
        | writers_that_get_again_after_a_conflict_lose_nothing
        | a_delete_beside_replaces_leaves_nothing
        | of_a_replace_and_a_delete_of_one_text_one_is_done,
    ReplaceInHalves: a_dropped_replace_is_done_or_not,
    ReplaceTwiceIsDone: a_text_that_was_replaced_no_longer_fits
        | of_many_replaces_of_one_text_one_is_done
        | writers_that_get_again_after_a_conflict_lose_nothing,
    ReplaceUpserts: a_replace_where_nothing_is_says_gone_and_makes_nothing,
    ReplaceTakesNothingForEmpty: a_replace_where_nothing_is_says_gone_and_makes_nothing,
    ReplaceBringsBack: a_replace_of_a_deleted_value_says_gone_and_makes_nothing,
    ReplaceTakesPatterns: a_replace_changes_no_other_value,
    ConflictMovesEnd: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing,
    ComparesNothing: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesStart: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesEnd: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesLength: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesLargeByLength: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesToZeroByte: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesAnyCase: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesTrimmed: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesComposed: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesJson: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    ComparesPattern: a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing
        | a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    DeleteLeavesTombstone: a_key_can_be_created_again_after_a_delete,
    DeleteLeavesEmpty: a_delete_removes_whatever_is_there,
    DeleteNeverFits: a_delete_of_the_text_that_is_there_removes_it,
    DeleteTakesFirstText: a_delete_of_a_text_that_was_replaced_conflicts_and_removes_nothing,
    DeleteOfNothingIsDone: a_delete_where_nothing_is_says_gone,
    DeleteOfNothingConflicts: a_delete_where_nothing_is_says_gone,
    DeleteTakesPatterns: a_delete_removes_no_other_value,
    DeleteInTwoSteps: of_a_replace_and_a_delete_of_one_text_one_is_done
        | of_many_deletes_of_one_text_one_is_done,
    DeleteInHalves: a_dropped_delete_is_done_or_not,
    SweepTakesAll: a_sweep_removes_what_has_ended_and_nothing_else,
    SweepIsLate: a_sweep_removes_what_has_ended_and_nothing_else,
    SweepCountsNothing: a_sweep_counts_what_it_removed,
    SweepUsesFirstEnd: a_sweep_asks_when_a_value_ends_now,
    SweepLeavesEmpty: a_replace_of_a_swept_value_says_gone_and_makes_nothing,
    Panics: two_stores_can_be_opened_and_used,
    Fails: two_stores_can_be_opened_and_used,
}
