//! A public session may keep types that its module does not show.
#![deny(warnings, private_interfaces, private_bounds, unreachable_pub)]

mod account {
    use serde::{Deserialize, Serialize};
    use session_runtime::SecureSession;

    #[derive(Serialize, Deserialize, Clone, Default)]
    pub(super) struct Cart {
        pub(super) items: u32,
    }

    #[derive(Serialize, Deserialize, Clone, Copy, Default)]
    enum Role {
        #[default]
        User,
    }

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    pub struct Account {
        #[session(get = "pub(super)", set = "pub(super)")]
        cart: Cart,
        #[session(copy)]
        role: Role,
        roles: Vec<Role>,
        maybe: Option<Cart>,
    }
}

use session_runtime::Session;

pub fn add(mut session: Session<account::Account>) -> u32 {
    session.update_cart(|cart| cart.items += 1);
    session.cart().items
}

fn main() {
    assert_eq!(add(Session::detached(account::Account::default())), 1);
}
