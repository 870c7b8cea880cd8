//! Deutsch.

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
    language: Language::German,
    about: "Ein Beispiel für session-runtime. Hier wird nichts verkauft und nichts verschickt.",
    account: "Konto",
    activity: "Vorgänge",
    activity_hint: "Was in Ihrem Konto geschieht, sobald es geschieht.",
    activity_lead: "Was in Ihrem Konto geschehen ist. Waren Sie etwas davon nicht selbst, melden Sie Ihre anderen Geräte ab und ändern Sie Ihr Passwort.",
    add_to_cart: "In den Korb",
    admin: "Verwaltung",
    admin_lead: "Was den Sitzungen dieses Servers seit seinem Start widerfahren ist.",
    back_to_account: "Zurück zu Ihrem Konto",
    cart: "Korb",
    cart_hint: "Ihr Korb liegt versiegelt in diesem Browser, 30 Tage lang. Er braucht kein Konto.",
    cart_is_empty: "Ihr Korb ist leer.",
    change: "Ändern",
    change_password: "Passwort ändern",
    change_password_hint: "Meldet Ihre anderen Geräte ab.",
    change_password_lead: "Alle anderen Geräte werden abgemeldet, wer immer sie gerade benutzt.",
    confirm: "Sind Sie es?",
    confirm_button: "Bestätigen",
    confirm_lead: "Was jetzt kommt, ist nur für Sie. Bitte geben Sie Ihr Passwort noch einmal ein; es gilt für fünf Minuten.",
    counters: "Ereignisse der Sitzungen",
    delete_account: "Konto löschen",
    delete_account_hint: "Für immer und überall.",
    delete_account_lead: "Ihr Konto und alles darin wird gelöscht, und alle Geräte werden abgemeldet. Das lässt sich nicht rückgängig machen.",
    demo_account: "Zum Ausprobieren gibt es dieses Konto:",
    devices: "Geräte",
    devices_hint: "Wo Sie angemeldet sind, und wie Sie sich dort abmelden.",
    devices_lead: "Auf diesen Geräten sind Sie angemeldet. Eine Abmeldung wirkt sofort.",
    email: "E-Mail",
    email_is_taken: "Zu dieser E-Mail-Adresse gibt es ein Konto. Melden Sie sich an.",
    email_is_wrong: "Bitte geben Sie eine E-Mail-Adresse ein.",
    event: "Ereignis",
    have_account: "Sie haben ein Konto?",
    inspector: "Sitzungen ansehen",
    language_label: "Sprache",
    last_seen: "zuletzt",
    last_sign_in: "Letzte Anmeldung",
    live_has_ended: "Sie wurden abgemeldet, und diese Seite ist stehen geblieben.",
    live_is_lost: "Die Verbindung ist unterbrochen. Neuer Versuch …",
    live_is_open: "Live: Neues erscheint von selbst.",
    live_needs_script: "Neues erscheint von selbst, wenn Ihr Browser JavaScript ausführt. Laden Sie die Seite sonst neu.",
    look_at_teas: "Zu unseren Tees",
    name: "Name",
    name_is_wrong: "Bitte geben Sie einen Namen mit bis zu 60 Zeichen ein.",
    navigation: "Hauptmenü",
    new_password: "Neues Passwort",
    no_account: "Noch kein Konto?",
    no_activity: "Noch ist nichts geschehen.",
    order: "Bestellen",
    password: "Passwort",
    password_hint: "Mindestens 10 Zeichen. Mehrere Wörter sind gut.",
    password_is_wrong: "Bitte wählen Sie ein Passwort mit 10 bis 128 Zeichen.",
    per_tin: "je Dose mit 100 g",
    preferences: "Einstellungen",
    profile: "Profil",
    remember_hint: "30 Tage lang, auch wenn der Browser geschlossen wird. Nur auf einem eigenen Gerät.",
    remember_me: "Angemeldet bleiben",
    remembered: "bleibt angemeldet",
    remove: "Entfernen",
    save: "Speichern",
    security: "Sicherheit",
    sign_in: "Anmelden",
    sign_in_rests: "Die Anmeldung ist gerade gestört",
    sign_in_to_order: "Zum Bestellen anmelden",
    sign_out: "Abmelden",
    sign_out_others: "Alle anderen abmelden",
    sign_up: "Konto anlegen",
    signed_in: "angemeldet",
    skip_to_content: "Zum Inhalt",
    slogan: "Tee für lange Abende",
    teas: "Tees",
    theme_label: "Farben",
    this_device: "dieses Gerät",
    total: "Summe",
    welcome: "Sechs Tees in Dosen, jeder für die Stunde, in der die Lampen angehen.",
    wrong_confirmation: "Das ist nicht Ihr Passwort.",
    wrong_password: "E-Mail-Adresse und Passwort passen nicht zusammen.",
    you_looked_at: "Außerdem angesehen",
    you_were_signed_out: "Sie wurden abgemeldet. Bitte melden Sie sich neu an.",
};

pub(super) fn ago(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, one, many) = match seconds {
        0..60 => return "gerade eben".to_owned(),
        60..3600 => (seconds / 60, "Minute", "Minuten"),
        3600..86400 => (seconds / 3600, "Stunde", "Stunden"),
        _ => (seconds / 86400, "Tag", "Tagen"),
    };
    format!("vor {}", counted(count, one, many))
}

fn counted(count: u64, one: &str, many: &str) -> String {
    let unit = if count == 1 { one } else { many };
    format!("{count} {unit}")
}

pub(super) fn failure(status: StatusCode) -> FailureText {
    let (title, text) = match status {
        StatusCode::FORBIDDEN => (
            "So nicht",
            "Diese Seite ist nicht für Sie, oder ihr Formular ist zu alt. Haben Sie ein Formular abgeschickt, gehen Sie zurück, laden Sie die Seite neu und schicken Sie es noch einmal ab.",
        ),
        StatusCode::UNAUTHORIZED => (
            "Bitte melden Sie sich an",
            "Das ist nur für angemeldete Kunden.",
        ),
        StatusCode::NOT_FOUND => ("Nicht hier", "Diese Seite gibt es in unserem Laden nicht."),
        StatusCode::METHOD_NOT_ALLOWED => ("Nicht hier", "Hier gibt es keine Seite zum Ansehen."),
        StatusCode::CONFLICT | StatusCode::SERVICE_UNAVAILABLE => (
            "Einen Augenblick",
            "Das geht gerade nicht. Sie sind weiterhin angemeldet; bitte versuchen Sie es gleich noch einmal.",
        ),
        _ if status.is_server_error() => (
            "Unser Fehler",
            "Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.",
        ),
        _ => (
            "Nicht verstanden",
            "Das Formular war anders ausgefüllt, als wir es erwarten.",
        ),
    };
    FailureText { title, text }
}

pub(super) fn hello(name: &str) -> String {
    format!("Guten Tag, {name}")
}

pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::Welcome => "Willkommen! Ihr Konto ist angelegt.".to_owned(),
        Notice::SignedIn => "Sie sind angemeldet.".to_owned(),
        Notice::SignedOut => "Sie sind abgemeldet.".to_owned(),
        Notice::Added(tea_added) => format!("{} liegt im Korb.", tea(tea_added).name),
        Notice::Ordered => "Vielen Dank für Ihre Bestellung!".to_owned(),
        Notice::ProfileSaved => "Ihr Profil ist gespeichert.".to_owned(),
        Notice::PasswordChanged => {
            "Ihr Passwort ist geändert, und alle anderen Geräte sind abgemeldet.".to_owned()
        }
        Notice::Confirmed => "Danke. Bitte sehr.".to_owned(),
        Notice::DeviceSignedOut => "Das Gerät ist abgemeldet.".to_owned(),
        Notice::OthersSignedOut(count) => format!("{} abgemeldet.", devices(count)),
        Notice::AccountDeleted => "Ihr Konto ist gelöscht. Auf Wiedersehen!".to_owned(),
    }
}

fn devices(count: usize) -> String {
    match count {
        1 => "Ein Gerät ist".to_owned(),
        _ => format!("{count} Geräte sind"),
    }
}

pub(super) fn pages(count: u64) -> String {
    counted(count, "Seite", "Seiten")
}

pub(super) fn price(cents: u32) -> String {
    format!("{},{:02} €", cents / 100, cents % 100)
}

pub(super) const fn tea(tea: Tea) -> TeaText {
    let (name, line, story) = match tea {
        Tea::Sencha => (
            "Sencha",
            "Grün, hell, ein wenig salzig.",
            "Wenige Stunden nach dem Pflücken gedämpft, damit die Blätter so grün bleiben, wie sie gewachsen sind. Nehmen Sie Wasser, das drei Minuten geruht hat, und lassen Sie ihn nicht warten.",
        ),
        Tea::Oolong => (
            "Berg-Oolong",
            "Von Hand gerollt, öffnet sich langsam.",
            "Aus Gärten, die bis zum Mittag in den Wolken liegen. Die gleichen Blätter geben fünf Tassen, und die dritte ist die beste.",
        ),
        Tea::Assam => (
            "Assam",
            "Kräftig und malzig. Verträgt Milch.",
            "Blätter der zweiten Pflückung im Juni, wenn die Spitzen golden werden. Für Morgen, die vor der Sonne beginnen.",
        ),
        Tea::Lapsang => (
            "Lapsang",
            "Über Kiefernrauch getrocknet.",
            "Er duftet nach einem Feuer, das jemand anderes gemacht hat. Manchen ist er zu viel; die anderen wollen keinen anderen mehr.",
        ),
        Tea::Rooibos => (
            "Rooibos",
            "Rot, süß, ohne Koffein.",
            "Eigentlich kein Tee, sondern ein Strauch aus den Zederbergen. Er kann nicht zu lange ziehen und ist damit der Tee für Vergessliche.",
        ),
        Tea::Mint => (
            "Gartenminze",
            "Zwei Minzen, sonst nichts.",
            "Pfefferminze für die Nase und Krauseminze für die Zunge, vor der Blüte geschnitten und im Dunkeln getrocknet.",
        ),
    };
    TeaText { name, line, story }
}

pub(super) const fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "Auto",
        Theme::Light => "Hell",
        Theme::Dark => "Dunkel",
    }
}

pub(super) fn tins(count: u32) -> String {
    if count == 1 {
        "Dose".to_owned()
    } else {
        "Dosen".to_owned()
    }
}

pub(super) fn tins_of(tea: &str) -> String {
    format!("Dosen {tea}")
}

pub(super) fn too_many_attempts(seconds: u64) -> String {
    let time = counted(seconds, "Sekunde", "Sekunden");
    format!("Zu viele Versuche. Bitte warten Sie {time}.")
}

pub(super) fn what(what: &What) -> String {
    match what {
        What::SignedUp => "Konto angelegt".to_owned(),
        What::SignedIn { device } => format!("Angemeldet: {device}"),
        What::SignedOut { device } => format!("Abgemeldet: {device}"),
        What::OthersSignedOut(count) => format!("Alle anderen Geräte abgemeldet ({count})"),
        What::DeviceSignedOut => "Ein Gerät abgemeldet".to_owned(),
        What::Confirmed => "Passwort noch einmal eingegeben".to_owned(),
        What::ProfileSaved => "Profil geändert".to_owned(),
        What::PasswordChanged => "Passwort geändert".to_owned(),
        What::Ordered(count) => format!("{count} {} bestellt", tins(*count)),
    }
}
