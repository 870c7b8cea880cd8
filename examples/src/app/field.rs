//! A field of a form: label, input, hint, and what is wrong with it, tied together for those who
//! hear a page rather than see it.

use maud::{Markup, Render, html};

pub(crate) struct Field<'a> {
    name: &'a str,
    kind: &'a str,
    label: &'a str,
    autocomplete: &'a str,
    value: &'a str,
    hint: Option<&'a str>,
    least: Option<usize>,
    most: usize,
    is_wrong: bool,
}

impl<'a> Field<'a> {
    const fn new(name: &'a str, kind: &'a str, label: &'a str, autocomplete: &'a str) -> Self {
        Self {
            name,
            kind,
            label,
            autocomplete,
            value: "",
            hint: None,
            least: None,
            most: super::password::MOST,
            is_wrong: false,
        }
    }

    pub(crate) const fn email(label: &'a str) -> Self {
        Self::new("email", "email", label, "username")
    }

    pub(crate) const fn name(label: &'a str) -> Self {
        Self::new("name", "text", label, "name").most(60)
    }

    pub(crate) const fn password(label: &'a str, autocomplete: &'a str) -> Self {
        Self::new("password", "password", label, autocomplete)
    }

    /// A password to be, with what is asked of it.
    pub(crate) const fn new_password(label: &'a str, hint: &'a str) -> Self {
        let mut field = Self::password(label, "new-password");
        field.hint = Some(hint);
        field.least = Some(super::password::LEAST);
        field
    }

    pub(crate) const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    pub(crate) const fn wrong(mut self, is_wrong: bool) -> Self {
        self.is_wrong = is_wrong;
        self
    }

    const fn most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }
}

/// Whose password a form is about: nobody sees it but what keeps passwords.
pub(crate) fn account(email: &str) -> Markup {
    html! { input type="email" autocomplete="username" value=(email) readonly hidden; }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let hint = self.hint.map(|text| (format!("{}-hint", self.name), text));
        let hint_id = hint.as_ref().map(|(id, _)| id.as_str());
        let described = match (self.is_wrong, hint_id) {
            (true, Some(id)) => Some(format!("problem {id}")),
            (true, None) => Some("problem".to_owned()),
            (false, id) => id.map(str::to_owned),
        };
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type=(self.kind) value=(self.value) required
                    autocomplete=(self.autocomplete) minlength=[self.least] maxlength=(self.most)
                    aria-invalid=[self.is_wrong.then_some("true")] aria-describedby=[described];
                @if let Some((id, text)) = hint { small id=(id) { (text) } }
            }
        }
    }
}

/// What is wrong with a form, before it.
pub(crate) fn problem(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p.problem #problem role="alert" { (text) } } }
}
