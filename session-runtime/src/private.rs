//! Every name that generated code may use. Not part of the public API.

pub use crate::field_rules::{
    FlashField, MergeAdd, MergeMax, MergeUnion, PrincipalField, SessionField,
};
pub use crate::{
    app_state::{AvailableIn, HasSession},
    cookie::{HostPrefix, NoPrefix, Priority, SameSite, SecurePrefix},
    declaration::{Declaration, Format, Limit},
    field::{Field, FieldInfo, IntoField, ReadOnly, Writable},
    handle::{Edit, Handle},
    immutable::{MayChange, Probe},
    registry::{Config, ConfigOf, Contains, Entries, SessionRegistry},
    same::{ByJson, ByValue, Same, Unknown, merge},
    session::{HasPrincipal, NoPrincipal, SecureSession},
};
pub use crate::{measure::json_len, registry::same};
