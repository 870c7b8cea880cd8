//! The frame of a page: head, bar, message, foot.

use maud::{DOCTYPE, Markup, html};

use super::{
    super::{INSPECTOR, assets, preferences, visit},
    View, Who,
};

pub(super) fn frame(view: &mut View, title: &str, main: &Markup) -> Markup {
    let texts = view.texts();
    let notice = visit::notice(&mut view.visit, texts);
    html! {
        (DOCTYPE)
        html lang=(view.language.tag()) data-theme=(view.theme.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Lantern Tea" }
                link rel="icon" href=(assets::icon()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style());
            }
            body {
                a.skip href="#main" { (texts.skip_to_content) }
                (bar(view))
                main #main tabindex="-1" {
                    @if let Some(notice) = notice { (notice) }
                    (main)
                }
                (foot(view))
            }
        }
    }
}

fn bar(view: &View) -> Markup {
    let texts = view.texts();
    let count = view.cart.count();
    html! {
        header.bar {
            div.inner {
                a.brand href="/" { (lantern()) span { "Lantern Tea" } }
                nav aria-label=(texts.navigation) {
                    (link(view, "/", texts.teas))
                    a href="/cart" aria-current=[here(view, "/cart")] {
                        (texts.cart)
                        @if count > 0 { " " span.count { (count) span.hidden { " " (texts.tins(count)) } } }
                    }
                    @match &view.who {
                        Who::Member(user, _) => {
                            @if user.is_admin { (link(view, "/admin", texts.admin)) }
                            (link(view, "/account", texts.account))
                            (view.form("/sign-out", &html! { button.plain { (texts.sign_out) } }))
                        }
                        Who::Visitor => (link(view, "/sign-in", texts.sign_in)),
                        Who::Unknown => span.unknown { (texts.sign_in_rests) },
                    }
                }
            }
        }
    }
}

fn foot(view: &View) -> Markup {
    let texts = view.texts();
    html! {
        footer.foot {
            div.inner {
                section.switches aria-label=(texts.preferences) { (preferences::switches(view)) }
                p.about {
                    (texts.about)
                    @if view.has_inspector { " " a href=(INSPECTOR) { (texts.inspector) } }
                }
            }
        }
    }
}

fn link(view: &View, to: &str, text: &str) -> Markup {
    html! { a href=(to) aria-current=[here(view, to)] { (text) } }
}

/// Whether the visitor is at `path`, or below it.
fn here(view: &View, path: &str) -> Option<&'static str> {
    if view.path() == path {
        return Some("page");
    }
    let is_below = path != "/" && view.path().starts_with(path);
    is_below.then_some("true")
}

fn lantern() -> Markup {
    html! {
        svg.lantern viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path.wire d="M11 9c0-8 10-8 10 0" {}
            rect.cap x="9" y="8" width="14" height="3" rx="1.5" {}
            path.glass d="M10 11h12l2 13H8z" {}
            path.flame d="M16 14c4 4 3 8 0 9-3-1-4-5 0-9z" {}
            rect.cap x="7" y="24" width="18" height="4" rx="2" {}
        }
    }
}
