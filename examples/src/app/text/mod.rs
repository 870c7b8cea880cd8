//! Every text, in two languages: a struct that each language fills, and sentences that each builds in
//! its own way. A text that was not translated does not compile.

mod english;
mod german;

use std::time::Duration;

use axum::http::StatusCode;

use super::{
    activity::What,
    preferences::{Language, Theme},
    teas::Tea,
    visit::Notice,
};

/// The words of one language.
pub(crate) struct Texts {
    language: Language,
    pub(crate) about: &'static str,
    pub(crate) account: &'static str,
    pub(crate) activity: &'static str,
    pub(crate) activity_hint: &'static str,
    pub(crate) activity_lead: &'static str,
    pub(crate) add_to_cart: &'static str,
    pub(crate) admin: &'static str,
    pub(crate) admin_lead: &'static str,
    pub(crate) back_to_account: &'static str,
    pub(crate) cart: &'static str,
    pub(crate) cart_hint: &'static str,
    pub(crate) cart_is_empty: &'static str,
    pub(crate) change: &'static str,
    pub(crate) change_password: &'static str,
    pub(crate) change_password_hint: &'static str,
    pub(crate) change_password_lead: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) confirm_button: &'static str,
    pub(crate) confirm_lead: &'static str,
    pub(crate) counters: &'static str,
    pub(crate) delete_account: &'static str,
    pub(crate) delete_account_hint: &'static str,
    pub(crate) delete_account_lead: &'static str,
    pub(crate) demo_account: &'static str,
    pub(crate) devices: &'static str,
    pub(crate) devices_hint: &'static str,
    pub(crate) devices_lead: &'static str,
    pub(crate) email: &'static str,
    pub(crate) email_is_taken: &'static str,
    pub(crate) email_is_wrong: &'static str,
    pub(crate) event: &'static str,
    pub(crate) have_account: &'static str,
    pub(crate) inspector: &'static str,
    pub(crate) language_label: &'static str,
    pub(crate) last_seen: &'static str,
    pub(crate) last_sign_in: &'static str,
    pub(crate) live_has_ended: &'static str,
    pub(crate) live_is_lost: &'static str,
    pub(crate) live_is_open: &'static str,
    pub(crate) live_needs_script: &'static str,
    pub(crate) look_at_teas: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_is_wrong: &'static str,
    pub(crate) navigation: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) no_account: &'static str,
    pub(crate) no_activity: &'static str,
    pub(crate) order: &'static str,
    pub(crate) password: &'static str,
    pub(crate) password_hint: &'static str,
    pub(crate) password_is_wrong: &'static str,
    pub(crate) per_tin: &'static str,
    pub(crate) preferences: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) remember_hint: &'static str,
    pub(crate) remember_me: &'static str,
    pub(crate) remembered: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) save: &'static str,
    pub(crate) security: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_in_rests: &'static str,
    pub(crate) sign_in_to_order: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) sign_out_others: &'static str,
    pub(crate) sign_up: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) skip_to_content: &'static str,
    pub(crate) slogan: &'static str,
    pub(crate) teas: &'static str,
    pub(crate) theme_label: &'static str,
    pub(crate) this_device: &'static str,
    pub(crate) total: &'static str,
    pub(crate) welcome: &'static str,
    pub(crate) wrong_confirmation: &'static str,
    pub(crate) wrong_password: &'static str,
    pub(crate) you_looked_at: &'static str,
    pub(crate) you_were_signed_out: &'static str,
}

/// What is said of a tea.
pub(crate) struct TeaText {
    pub(crate) name: &'static str,
    pub(crate) line: &'static str,
    pub(crate) story: &'static str,
}

/// What is said of a request that failed.
pub(crate) struct FailureText {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

impl Texts {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::German => &german::TEXTS,
        }
    }
}

/// Sentences with something in them: a function of this name in the module of each language.
macro_rules! sentences {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        impl Texts {
            $(pub(crate) fn $name(&self, $($argument: $type),*) -> $result {
                match self.language {
                    Language::English => english::$name($($argument),*),
                    Language::German => german::$name($($argument),*),
                }
            })*
        }
    };
}

sentences! {
    ago(time: Duration) -> String;
    failure(status: StatusCode) -> FailureText;
    hello(name: &str) -> String;
    notice(notice: Notice) -> String;
    pages(count: u64) -> String;
    price(cents: u32) -> String;
    tea(tea: Tea) -> TeaText;
    theme(theme: Theme) -> &'static str;
    tins(count: u32) -> String;
    tins_of(tea: &str) -> String;
    too_many_attempts(seconds: u64) -> String;
    what(what: &What) -> String;
}
