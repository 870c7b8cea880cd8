//! Theme and language: a session for preferences, which are nobody's secret and belong to the
//! browser, signed in or not. It outlives everything.

use axum::{
    Form, Router,
    http::{HeaderMap, header::ACCEPT_LANGUAGE},
    response::Redirect,
    routing::post,
};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use session_runtime::{ReturnTo, SecureSession, Session};

use super::{Shop, page::View};

/// How this browser likes the pages. Kept for a year after the last visit.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "preferences",
    idle = "365d",
    absolute = "none",
    max_age = "365d",
    priority = "low",
    checked
)]
pub(crate) struct Preferences {
    #[session(copy)]
    theme: Theme,
    /// `None`: what the browser asks for.
    #[session(copy)]
    language: Option<Language>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Language {
    const ALL: [Self; 2] = [Self::English, Self::German];

    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its name, in itself.
    const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The first that the browser asks for and the shop speaks. Browsers send their languages in
    /// the order in which they want them.
    pub(crate) fn asked_for(headers: &HeaderMap) -> Self {
        let wanted = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|line| line.to_str().ok());
        let mut tags = wanted.unwrap_or_default().split(',');
        let known = tags.find_map(|tag| {
            let tag = tag.trim_start().as_bytes();
            Self::ALL.into_iter().find(|language| {
                tag.get(..2)
                    .is_some_and(|head| head.eq_ignore_ascii_case(language.tag().as_bytes()))
            })
        });
        known.unwrap_or(Self::English)
    }
}

pub(crate) fn routes() -> Router<Shop> {
    Router::new().route("/preferences", post(change))
}

#[derive(Deserialize)]
struct Change {
    theme: Option<Theme>,
    language: Option<Language>,
    back: String,
}

async fn change(mut preferences: Session<Preferences>, Form(form): Form<Change>) -> Redirect {
    if let Some(theme) = form.theme {
        preferences.set_theme(theme);
    }
    if form.language.is_some() {
        preferences.set_language(form.language);
    }
    // What a request says is followed within this site alone.
    Redirect::to(ReturnTo::parse(&form.back).or("/"))
}

/// Two rows of buttons: they work without script, and with one press.
pub(crate) fn switches(view: &View) -> Markup {
    let texts = view.texts();
    let back = html! { input type="hidden" name="back" value=(view.back()); };
    html! {
        (view.form("/preferences", &html! {
            (back)
            fieldset.switch {
                legend { (texts.theme_label) }
                @for theme in Theme::ALL {
                    button name="theme" value=(theme.as_str()) aria-pressed=(theme == view.theme()) {
                        (texts.theme(theme))
                    }
                }
            }
        }))
        (view.form("/preferences", &html! {
            (back)
            fieldset.switch {
                legend { (texts.language_label) }
                @for language in Language::ALL {
                    button name="language" value=(language.tag()) lang=(language.tag())
                        aria-pressed=(language == view.language()) { (language.name()) }
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_first_language_that_the_shop_speaks_is_taken() {
        for (wanted, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("fr-FR, EN;q=0.7, de;q=0.3", Language::English),
            ("fr", Language::English),
            ("", Language::English),
            ("ä", Language::English),
        ] {
            let wanted = HeaderValue::from_str(wanted).unwrap();
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, wanted)]);
            assert_eq!(Language::asked_for(&headers), language, "{headers:?}");
        }
    }
}
