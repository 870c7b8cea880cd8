//! English.

use std::time::Duration;

use axum::http::StatusCode;

use super::{
    super::{
        activity::What,
        preferences::{Language, Theme},
        teas::Tea,
        visit::Notice,
    },
    FailureText, TeaText, Texts,
};

pub(super) const TEXTS: Texts = Texts {
    language: Language::English,
    about: "An example of session-runtime. Nothing is sold here, and nothing is sent.",
    account: "Account",
    activity: "Activity",
    activity_hint: "What happened in your account, as it happens.",
    activity_lead: "What happened in your account. If something here was not you, sign out your other devices and change your password.",
    add_to_cart: "Add to cart",
    admin: "Admin",
    admin_lead: "What the sessions of this server went through since it was started.",
    back_to_account: "Back to your account",
    cart: "Cart",
    cart_hint: "Your cart is kept in this browser, sealed, for 30 days. It needs no account.",
    cart_is_empty: "Your cart is empty.",
    change: "Change",
    change_password: "Change password",
    change_password_hint: "Signs out your other devices.",
    change_password_lead: "All your other devices are signed out, whoever is using them.",
    confirm: "Is it you?",
    confirm_button: "Confirm",
    confirm_lead: "What comes next is for you alone. Please enter your password again; it counts for five minutes.",
    counters: "Events of the sessions",
    delete_account: "Delete account",
    delete_account_hint: "For good, and everywhere.",
    delete_account_lead: "Your account and everything in it will be gone, and every device signed out. This cannot be undone.",
    demo_account: "To try it, use this account:",
    devices: "Devices",
    devices_hint: "Where you are signed in, and signing out there.",
    devices_lead: "You are signed in on these devices. Signing one out takes effect at once.",
    email: "E-mail",
    email_is_taken: "There is an account with this e-mail address. Sign in instead.",
    email_is_wrong: "Please enter an e-mail address.",
    event: "Event",
    have_account: "You have an account?",
    inspector: "Session inspector",
    language_label: "Language",
    last_seen: "last seen",
    last_sign_in: "Last sign-in",
    live_has_ended: "You were signed out, and this page has stopped.",
    live_is_lost: "The line is interrupted. Trying again…",
    live_is_open: "Live: new entries appear by themselves.",
    live_needs_script: "New entries appear by themselves if your browser runs JavaScript. Without it, load the page again.",
    look_at_teas: "Look at our teas",
    name: "Name",
    name_is_wrong: "Please enter a name of up to 60 letters.",
    navigation: "Main",
    new_password: "New password",
    no_account: "No account yet?",
    no_activity: "Nothing has happened yet.",
    order: "Place order",
    password: "Password",
    password_hint: "At least 10 characters. Several words make a good one.",
    password_is_wrong: "Please choose a password of 10 to 128 characters.",
    per_tin: "per tin of 100 g",
    preferences: "Preferences",
    profile: "Profile",
    remember_hint: "For 30 days, also when the browser is closed. Only on a device of your own.",
    remember_me: "Remember me",
    remembered: "remembered",
    remove: "Remove",
    save: "Save",
    security: "Security",
    sign_in: "Sign in",
    sign_in_rests: "Sign-in is out of order for a moment",
    sign_in_to_order: "Sign in to order",
    sign_out: "Sign out",
    sign_out_others: "Sign out all others",
    sign_up: "Sign up",
    signed_in: "signed in",
    skip_to_content: "Skip to content",
    slogan: "Tea for long evenings",
    teas: "Teas",
    theme_label: "Theme",
    this_device: "this device",
    total: "Total",
    welcome: "Six teas in tins, each chosen for the hour when the lamps are lit.",
    wrong_confirmation: "This is not your password.",
    wrong_password: "E-mail address and password do not match.",
    you_looked_at: "You also looked at",
    you_were_signed_out: "You were signed out. Please sign in again.",
};

pub(super) fn ago(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{} ago", counted(count, unit))
}

fn counted(count: u64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

pub(super) fn failure(status: StatusCode) -> FailureText {
    let (title, text) = match status {
        StatusCode::FORBIDDEN => (
            "Not like this",
            "This page is not for you, or its form has grown too old. If you sent a form, go back, load the page again, and send it once more.",
        ),
        StatusCode::UNAUTHORIZED => ("Please sign in", "This is for members who are signed in."),
        StatusCode::NOT_FOUND => ("Not here", "There is no such page in this shop."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not here", "There is no page to look at here."),
        StatusCode::CONFLICT | StatusCode::SERVICE_UNAVAILABLE => (
            "One moment",
            "We cannot do this right now. You are still signed in; please try again in a moment.",
        ),
        _ if status.is_server_error() => (
            "Our mistake",
            "Something went wrong on our side. Please try again.",
        ),
        _ => (
            "Not understood",
            "The form was not filled in as we expected.",
        ),
    };
    FailureText { title, text }
}

pub(super) fn hello(name: &str) -> String {
    format!("Hello, {name}")
}

pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::Welcome => "Welcome! Your account is ready.".to_owned(),
        Notice::SignedIn => "You are signed in.".to_owned(),
        Notice::SignedOut => "You are signed out.".to_owned(),
        Notice::Added(tea_added) => format!("{} is in your cart.", tea(tea_added).name),
        Notice::Ordered => "Thank you for your order!".to_owned(),
        Notice::ProfileSaved => "Your profile is saved.".to_owned(),
        Notice::PasswordChanged => {
            "Your password is changed, and all other devices are signed out.".to_owned()
        }
        Notice::Confirmed => "Thank you. Go ahead.".to_owned(),
        Notice::DeviceSignedOut => "The device is signed out.".to_owned(),
        Notice::OthersSignedOut(count) => format!("{} signed out.", devices(count)),
        Notice::AccountDeleted => "Your account is deleted. Goodbye!".to_owned(),
    }
}

fn devices(count: usize) -> String {
    match count {
        1 => "One device is".to_owned(),
        _ => format!("{count} devices are"),
    }
}

pub(super) fn pages(count: u64) -> String {
    counted(count, "page")
}

pub(super) fn price(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

pub(super) const fn tea(tea: Tea) -> TeaText {
    let (name, line, story) = match tea {
        Tea::Sencha => (
            "Sencha",
            "Green, bright, a little salty.",
            "Steamed within hours of picking, so that the leaves stay as green as they grew. Use water that has rested for three minutes, and do not let it wait.",
        ),
        Tea::Oolong => (
            "Mountain Oolong",
            "Rolled by hand, opens slowly.",
            "From gardens that are in the clouds until noon. The same leaves give five cups, and the third is the best.",
        ),
        Tea::Assam => (
            "Assam",
            "Strong and malty. Takes milk.",
            "Leaves of the second flush, picked in June, when the tips turn golden. For mornings that begin before the sun.",
        ),
        Tea::Lapsang => (
            "Lapsang",
            "Dried over pine smoke.",
            "It smells of a fire that somebody else has lit. Some find it too much; the others never go back.",
        ),
        Tea::Rooibos => (
            "Rooibos",
            "Red, sweet, without caffeine.",
            "Not a tea at all but a bush from the Cedar Mountains. It cannot be brewed too long, which makes it the tea for those who forget.",
        ),
        Tea::Mint => (
            "Garden Mint",
            "Two mints, nothing else.",
            "Peppermint for the nose and spearmint for the tongue, cut before they bloom and dried in the dark.",
        ),
    };
    TeaText { name, line, story }
}

pub(super) const fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "Auto",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

pub(super) fn tins(count: u32) -> String {
    if count == 1 {
        "tin".to_owned()
    } else {
        "tins".to_owned()
    }
}

pub(super) fn tins_of(tea: &str) -> String {
    format!("Tins of {tea}")
}

pub(super) fn too_many_attempts(seconds: u64) -> String {
    format!(
        "Too many attempts. Please wait {}.",
        counted(seconds, "second")
    )
}

pub(super) fn what(what: &What) -> String {
    match what {
        What::SignedUp => "Account made".to_owned(),
        What::SignedIn { device } => format!("Signed in on {device}"),
        What::SignedOut { device } => format!("Signed out on {device}"),
        What::OthersSignedOut(count) => {
            format!("All other devices signed out ({count})")
        }
        What::DeviceSignedOut => "A device signed out".to_owned(),
        What::Confirmed => "Password entered again".to_owned(),
        What::ProfileSaved => "Profile changed".to_owned(),
        What::PasswordChanged => "Password changed".to_owned(),
        What::Ordered(count) => format!("Ordered {count} {}", tins(*count)),
    }
}
