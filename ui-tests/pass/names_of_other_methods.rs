//! Fields called like methods that `Session` does not have for its users: those of traits that are
//! not in the prelude, or not implemented, and its own private ones.

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

macro_rules! fields {
    ($($name:ident)*) => {
        #[derive(SecureSession, Serialize, Deserialize, Default)]
        struct Names {
            $($name: u8),*
        }

        fn main() {
            let mut session = Session::detached(Names::default());
            $(assert_eq!(session.$name(), 0);)*
            session.set_handle(1).update_slot(|slot| *slot += 1);
            assert_eq!((session.handle(), session.slot()), (1, 1));
        }
    };
}

fields! {
    as_mut as_ref borrow borrow_mut cmp default deref deref_mut drop eq extend fields fmt
    from from_ref from_slot handle handle_mut hash into_future into_iter iter len max min ne next
    partial_cmp read rev slot to_string try_from type_id unwrap write
}
