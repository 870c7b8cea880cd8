//! The configuration of what a browser is sent to, and of what it is told to forget.

use super::{Config, config::Draft};
use crate::{
    ClearSiteData, ConfigError, Format, HasPrincipal, SecureSession, authenticated::page_problem,
};

impl<T: HasPrincipal> Config<T> {
    /// Where to sign in. Default: none.
    ///
    /// Who asks for a page that needs [`Authenticated<T>`](crate::Authenticated), or is behind
    /// [`require_authenticated`](crate::require_authenticated), and is not signed in is then
    /// redirected there: with 303 See Other, and the page he asked for in the parameter `next`, which
    /// [`ReturnTo`](crate::ReturnTo) reads. Whatever is no navigation is answered 401, as without
    /// this; see [`AuthenticationRejection`](crate::AuthenticationRejection).
    ///
    /// `path` is a path of this site that begins with `/`, with or without a query. For a page on
    /// another one, take `Result<Authenticated<T>, AuthenticationRejection>` and answer yourself.
    pub fn sign_in_at(mut self, path: impl Into<String>) -> Self {
        self.draft.pages.sign_in = Some(path.into());
        self
    }

    /// Where somebody who is signed in proves again who he is, before what
    /// [`require_fresh`](crate::require_fresh) guards. Default: [`sign_in_at`](Self::sign_in_at).
    ///
    /// As there, in all. The page calls [`Session::reauthenticate`](crate::Session::reauthenticate).
    pub fn reauthenticate_at(mut self, path: impl Into<String>) -> Self {
        self.draft.pages.reauthenticate = Some(path.into());
        self
    }
}

impl<T: SecureSession> Config<T> {
    /// What the browser is told to delete with a response that ends the session
    /// ([`Session::delete`](crate::Session::delete)). Default: nothing but the cookie.
    pub const fn clear_site_data(mut self, what: ClearSiteData) -> Self {
        self.draft.clear_site_data = what;
        self
    }
}

impl Draft {
    pub(super) fn page_problems(&self, problems: &mut Vec<ConfigError>) {
        let (sign_in, again) = (&self.pages.sign_in, &self.pages.reauthenticate);
        for (setting, page) in [("sign_in_at", sign_in), ("reauthenticate_at", again)] {
            let problem = page.as_deref().and_then(page_problem);
            problems.extend(problem.map(|problem| self.problem(setting, problem)));
        }
        if again.is_some() && self.format != Format::Sealed {
            problems.push(self.problem(
                "reauthenticate_at",
                "a session of Node has no place for when somebody signed in: seal it or keep it in a \
                 store (`Config::stored`), or keep the time in a field of your own",
            ));
        }
    }
}
