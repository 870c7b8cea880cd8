//! What a stored session promises, on every store: one list of scenarios, run on each engine.
//!
//! A scenario is an `async fn` that gets an [`Engine`]. The list below makes a test of it for each
//! engine, as `guarantees::redis::d24_…`. What needs a clock that is stopped runs in memory alone,
//! in [`paused`].

mod acts;
mod app;
mod detached;
mod down;
mod engine;
mod kit;
mod lifetime;
mod merging;
mod parallel;
mod paused;
mod people;
mod principals;
mod records;
mod revoked;
mod rotation;
mod settings;
mod tokens;

use engine::Engine;

macro_rules! tests {
    ($engine:ident; $($subject:ident: $($scenario:ident),+;)+) => { $($(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $scenario() {
            if let Some(engine) = super::Engine::$engine().await {
                super::$subject::$scenario(engine).await;
            }
        }
    )+)+ };
}

macro_rules! on {
    ($engine:ident) => {
        mod $engine {
            tests! { $engine;
                tokens:
                    d01_a_cookie_is_384_random_bits_and_no_other_has_it,
                    d02_an_id_that_was_not_issued_is_not_adopted,
                    d02_an_id_is_good_for_its_session_and_application_alone,
                    d02_of_two_cookies_a_planted_one_does_not_count,
                    d36_a_store_sees_neither_the_cookie_nor_a_part_of_it;
                rotation:
                    d03_the_id_from_before_a_sign_in_shows_and_writes_nothing,
                    d03_a_former_id_is_never_answered_with_the_new_one,
                    d03_two_renewals_within_one_grace,
                    d03_without_grace_a_former_id_is_nothing_at_once,
                    d03_ids_are_renewed_by_age_and_on_navigations_alone,
                    d03_what_runs_beside_a_renewal_is_not_lost,
                    o05_in_its_grace_a_former_id_shows_what_it_showed_and_writes_nothing,
                    o05_an_id_stays_through_rotation_and_ends_with_a_sign_in;
                parallel:
                    d24_every_act_on_a_session_as_it_was_loaded,
                    d24_every_act_on_one_that_another_has_changed,
                    d24_every_act_on_one_that_another_has_deleted,
                    d24_every_act_on_one_that_has_expired_meanwhile,
                    d24_every_act_on_one_whose_id_was_rotated,
                    d24_every_act_on_one_that_a_sign_in_replaced,
                    d24_a_renewal_beside_every_other_act,
                    d24_nobody_is_thrown_out_by_his_own_requests,
                    d24_nobody_is_thrown_out_beside_a_renewal,
                    d24_another_server_sees_it_at_once,
                    a_principal_changes_with_regenerate_alone;
                merging:
                    d26_two_requests_that_write_different_fields_both_count,
                    d26_of_two_writes_of_one_field_the_later_counts_and_is_counted,
                    d26_each_rule_merges_as_it_says,
                    d26_an_edit_of_the_whole_struct_merges_field_by_field,
                    d26_types_without_equality_merge_by_what_is_written,
                    d26_a_field_that_is_new_in_this_version_merges,
                    d26_unknown_fields_are_those_of_the_latest,
                    d26_three_writers_lose_nothing,
                    d26_a_save_that_meets_two_others_counts_each_once,
                    d26_of_many_counts_none_is_lost,
                    d26_a_write_beside_regenerate_keep_merges_into_it;
                down:
                    d25_a_regeneration_that_fails_has_changed_nothing,
                    d25_an_answer_that_is_lost_leaves_one_whole_record,
                    d27_out_of_reach_is_a_503_that_keeps_the_cookie,
                    d27_a_page_may_work_without_its_session,
                    d27_a_commit_that_fails_is_a_503_without_its_cookie,
                    d27_the_other_sessions_of_a_failed_commit_are_sent,
                    d28_without_a_cookie_no_store_is_asked,
                    d28_a_session_that_nobody_asks_for_is_not_loaded,
                    d28_a_read_is_one_call_and_a_write_two,
                    d28_a_request_loads_once_whoever_asks,
                    d29_a_commit_ends_though_the_client_has_gone;
                lifetime:
                    o01_the_idle_limit_ends_a_session_to_the_millisecond,
                    o02_the_absolute_limit_ends_it_whatever_the_activity,
                    o03_the_earlier_limit_ends_it_at_any_activity,
                    o04_reading_touches_no_oftener_than_it_may,
                    o04_a_touch_sends_no_cookie_unless_it_lengthens_it,
                    d40_an_expired_record_is_refused_though_the_store_returns_it,
                    d41_the_cookie_ends_with_the_browser_unless_it_is_to_stay;
                principals:
                    o07_a_list_has_what_lives_the_last_used_first,
                    o07_one_is_ended_and_anothers_is_not,
                    o07_the_others_end_and_then_all,
                    o07_what_is_ended_stays_ended_for_requests_under_way,
                    o07_an_administrator_ends_any,
                    o07_a_session_that_changes_hands_changes_lists,
                    o08_with_a_limit_the_oldest_end,
                    o08_a_sign_in_too_many_is_refused,
                    o08_the_same_session_counts_once,
                    o08_of_sign_ins_at_once_none_is_too_many;
                revoked:
                    o06_a_deleted_session_ends_in_every_copy_of_its_cookie,
                    o06_a_regenerated_one_ends_in_every_copy_of_its_cookie,
                    o06_an_answer_under_way_does_not_bring_it_back,
                    o06_all_of_one_principal_end_and_no_others,
                    o06_out_of_reach_is_a_503_that_keeps_the_cookie,
                    o06_it_is_looked_up_no_oftener_than_the_lag_says,
                    o06_what_node_alone_wrote_ends_with_its_principals_others,
                    o06_what_is_remembered_outlives_the_cookies_and_no_more;
                detached:
                    d26_a_detached_save_merges_with_requests,
                    d24_a_detached_save_of_an_ended_session_writes_nothing,
                    it_follows_rotation_and_ends_with_a_sign_in,
                    a_save_that_failed_can_be_made_again,
                    its_end_is_told_at_once;
                records:
                    o22_an_older_version_is_migrated,
                    o22_a_newer_version_is_refused_and_stays,
                    d30_what_is_no_record_stays_where_it_is,
                    d30_no_cut_of_a_record_is_a_panic;
                kit:
                    o23_the_kit_mints_and_reads_stored_sessions,
                    o23_a_failing_store_fails_the_kit_and_not_the_test;
            }
        }
    };
}

on!(memory);
on!(sqlite);
on!(redis);
on!(redis_cluster);
on!(postgres);
