//! The picture of a tin, drawn rather than loaded. Its colours are the style sheet's.

use maud::{Markup, html};

use super::super::teas::Tea;

/// A tin of `tea`; it says nothing that the words beside it do not.
pub(crate) fn tin(tea: Tea) -> Markup {
    html! {
        svg class={ "tin " (tea.slug()) } viewBox="0 0 96 112" aria-hidden="true" focusable="false" {
            ellipse.shade cx="48" cy="105" rx="34" ry="5" {}
            path.body d="M16 30h64v68c0 4-14 8-32 8s-32-4-32-8z" {}
            path.side d="M66 30h14v68c0 2-5 5-14 6z" {}
            rect.lid x="12" y="12" width="72" height="20" rx="5" {}
            rect.shine x="20" y="16" width="6" height="80" rx="3" {}
            circle.label cx="46" cy="66" r="21" {}
            (emblem(tea))
        }
    }
}

fn emblem(tea: Tea) -> Markup {
    match tea {
        Tea::Sencha | Tea::Mint => html! {
            path.ink d="M46 82c-9-8-11-20 0-32 11 12 9 24 0 32z" {}
            path.line d="M46 80V58" {}
        },
        Tea::Oolong => html! {
            path.ink d="M31 74l10-16 6 8 5-7 9 15z" {}
            circle.ink cx="55" cy="55" r="4" {}
        },
        Tea::Assam => html! {
            circle.ink cx="46" cy="66" r="9" {}
            path.line d="M46 49v5M46 78v5M29 66h5M58 66h5M34 54l4 4M54 74l4 4M58 54l-4 4M38 74l-4 4" {}
        },
        Tea::Lapsang => html! {
            path.line d="M38 80c-6-8 6-12 0-20M46 80c-6-10 6-16 0-28M54 80c-6-8 6-12 0-20" {}
        },
        Tea::Rooibos => html! {
            circle.ink cx="46" cy="66" r="4" {}
            @for (x, y) in [(46, 55), (55, 61), (52, 72), (40, 72), (37, 61)] {
                circle.ink cx=(x) cy=(y) r="5" {}
            }
        },
    }
}
