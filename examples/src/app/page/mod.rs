//! What every page has: the language, the theme, who is signed in, and the frame around it.

mod frame;
mod member;
mod tin;

use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, header::CACHE_CONTROL, request::Parts},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, PreEscaped, html};
use session_runtime::{CsrfToken, RequestSession, Session, SessionRejection};

pub(crate) use self::{member::Member, tin::tin};
use super::{
    Failed, Shop,
    cart::Cart,
    preferences::{Language, Preferences, Theme},
    sessions::Auth,
    text::Texts,
    users::User,
    visit::Visit,
};

/// The visitor of a page, for whom it is made.
pub(crate) struct View {
    method: Method,
    /// With its query.
    address: String,
    theme: Theme,
    language: Language,
    who: Who,
    cart: Session<Cart>,
    visit: Session<Visit>,
    csrf: CsrfToken<Visit>,
    has_inspector: bool,
}

/// Who is looking.
enum Who {
    Visitor,
    Member(User, Session<Auth>),
    /// The store of the sessions is down. That is no reason to close the shop, nor to say that he is
    /// signed out.
    Unknown,
}

impl FromRequestParts<Shop> for View {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Failed> {
        let preferences = parts.session::<Preferences>().await?;
        let language = preferences.language();
        let visit = parts.session::<Visit>().await?;
        Ok(Self {
            method: parts.method.clone(),
            address: parts.uri.to_string(),
            theme: preferences.theme(),
            language: language.unwrap_or_else(|| Language::asked_for(&parts.headers)),
            who: who(parts, shop).await?,
            cart: parts.session().await?,
            csrf: CsrfToken::of(&visit)?,
            visit,
            has_inspector: shop.has_inspector,
        })
    }
}

async fn who(parts: &mut Parts, shop: &Shop) -> Result<Who, Failed> {
    match parts.session::<Auth>().await {
        Err(SessionRejection::StoreUnavailable { .. }) => Ok(Who::Unknown),
        Err(rejection) => Err(rejection.into()),
        Ok(mut auth) => match member::user(parts, shop, &mut auth).await? {
            Some(user) => Ok(Who::Member(user, auth)),
            None => Ok(Who::Visitor),
        },
    }
}

impl View {
    pub(crate) const fn texts(&self) -> &'static Texts {
        Texts::of(self.language)
    }

    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    pub(crate) const fn theme(&self) -> Theme {
        self.theme
    }

    pub(crate) fn path(&self) -> &str {
        self.address.split('?').next().unwrap_or_default()
    }

    /// Where a form that is on every page leads back to. Forms are posted to where they are shown.
    pub(crate) fn back(&self) -> &str {
        &self.address
    }

    pub(crate) const fn is_signed_in(&self) -> bool {
        matches!(self.who, Who::Member(..))
    }

    /// A form that only a page of this visit can send.
    pub(crate) fn form(&self, action: &str, fields: &Markup) -> Markup {
        html! { form method="post" action=(action) { (self.token()) (fields) } }
    }

    /// A form that is sent to the address of its page, with its query: the way back after a sign-in.
    pub(crate) fn form_here(&self, fields: &Markup) -> Markup {
        html! { form method="post" { (self.token()) (fields) } }
    }

    fn token(&self) -> Markup {
        PreEscaped(self.csrf.input())
    }

    /// The whole page. It says what there is to be said once.
    pub(crate) fn page(self, title: &str, main: &Markup) -> Response {
        self.page_with(StatusCode::OK, title, main)
    }

    /// The whole page, with a status of its own.
    pub(crate) fn page_with(mut self, status: StatusCode, title: &str, main: &Markup) -> Response {
        let page = frame::frame(&mut self, title, main);
        let page = (status, Html(page.into_string()));
        let Who::Member(_, auth) = &mut self.who else {
            return page.into_response();
        };
        auth.update_pages(|pages| *pages += 1);
        // Nothing is left behind for whoever goes back in the browser after a sign-out.
        ([(CACHE_CONTROL, "no-store")], page).into_response()
    }

    /// The same where something went wrong: no form leads back to what cannot be shown.
    pub(crate) fn failure(mut self, status: StatusCode, title: &str, main: &Markup) -> Response {
        if self.method != Method::GET {
            "/".clone_into(&mut self.address);
        }
        let page = frame::frame(&mut self, title, main);
        (status, Html(page.into_string())).into_response()
    }
}
