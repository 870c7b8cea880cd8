/// Typed access to the fields of [`Auth`]: what `Session<Auth>` derefs to.
pub struct AuthFields(::session_runtime::__private::Handle<Auth>);
#[allow(
    clippy::impl_trait_in_params,
    dead_code,
    deprecated,
    non_snake_case,
    non_upper_case_globals,
    private_bounds,
    private_interfaces,
)]
const _: () = {
    fn __default<__T: ::session_runtime::__private::SecureSession>() -> __T {
        <__T as ::core::default::Default>::default()
    }
    fn __copied<__T: ::core::marker::Copy>(__value: &__T) -> __T {
        *__value
    }
    impl AuthFields {
        /// Who.
        pub fn user_id(&self) -> Option<u64> {
            self.0.read().user_id
        }
        /// Sets `user_id`.
        ///
        /// Who.
        pub(crate) fn set_user_id(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<u64>>,
        ) -> &mut Self {
            self.0.set(__0, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `user_id` in place.
        ///
        /// Who.
        pub(crate) fn update_user_id<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Option<u64>) -> R,
        ) -> R {
            self.0.update_field(__0, f)
        }
        /// Takes `user_id` out, leaving `None`.
        ///
        /// Who.
        pub(crate) fn take_user_id(&mut self) -> Option<u64> {
            self.0.replace(__0, ::core::option::Option::None)
        }
        /// Sets `user_id` to `None`.
        ///
        /// Who.
        pub(crate) fn clear_user_id(&mut self) -> &mut Self {
            self.0.set(__0, ::core::option::Option::None);
            self
        }
        /// Reads `removed`.
        pub(super) fn removed(&self) -> bool {
            self.0.read().delete
        }
        /// Sets `removed`.
        pub fn set_removed(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<bool>,
        ) -> &mut Self {
            self.0.set(__1, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `removed` in place.
        pub(super) fn update_removed<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut bool) -> R,
        ) -> R {
            self.0.update_field(__1, f)
        }
        /// Takes `removed` out, leaving the value of [`Auth::default`].
        pub(super) fn take_removed(&mut self) -> bool {
            self.0
                .take(
                    __1,
                    <bool as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `removed` to the value of [`Auth::default`].
        pub fn clear_removed(&mut self) -> &mut Self {
            self.0.clear(__1);
            self
        }
        /// Reads `since`.
        pub fn since(&self) -> u64 {
            self.0.read().since
        }
        /// Reads `role`.
        pub fn role(&self) -> Role {
            __copied::<Role>(&self.0.read().role)
        }
        /// Sets `role`.
        pub fn set_role(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Role>,
        ) -> &mut Self {
            self.0.set(__4, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `role` in place.
        pub fn update_role<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Role) -> R,
        ) -> R {
            self.0.update_field(__4, f)
        }
        /// Takes `role` out, leaving the value of [`Auth::default`].
        pub fn take_role(&mut self) -> Role {
            self.0
                .take(
                    __4,
                    <Role as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `role` to the value of [`Auth::default`].
        pub fn clear_role(&mut self) -> &mut Self {
            self.0.clear(__4);
            self
        }
        /// Reads `token`.
        pub fn token(&self) -> ::core::option::Option<&str> {
            self.0.read().token.as_deref()
        }
        /// Sets `token`.
        pub fn set_token(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<String>>,
        ) -> &mut Self {
            self.0.set(__5, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `token` in place.
        pub fn update_token<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Option<String>) -> R,
        ) -> R {
            self.0.update_field(__5, f)
        }
        /// Takes `token` out, leaving `None`.
        pub fn take_token(&mut self) -> Option<String> {
            self.0.replace(__5, ::core::option::Option::None)
        }
        /// Sets `token` to `None`.
        pub fn clear_token(&mut self) -> &mut Self {
            self.0.set(__5, ::core::option::Option::None);
            self
        }
        /// Sets `notice`.
        pub fn set_notice(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<String>>,
        ) -> &mut Self {
            self.0.set(__6, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Takes `notice` out, leaving `None`.
        pub fn take_notice(&mut self) -> Option<String> {
            if <Option<
                String,
            > as ::session_runtime::__private::FlashField>::is_empty(
                &self.0.read().notice,
            ) {
                return ::core::default::Default::default();
            }
            self.0.replace(__6, ::core::option::Option::None)
        }
        /// Reads `visits`.
        pub fn visits(&self) -> u32 {
            self.0.read().visits
        }
        /// Sets `visits`.
        pub fn set_visits(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<u32>,
        ) -> &mut Self {
            self.0.set(__7, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `visits` in place.
        pub fn update_visits<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut u32) -> R,
        ) -> R {
            self.0.update_field(__7, f)
        }
        /// Takes `visits` out, leaving the value of [`Auth::default`].
        pub fn take_visits(&mut self) -> u32 {
            self.0
                .take(
                    __7,
                    <u32 as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `visits` to the value of [`Auth::default`].
        pub fn clear_visits(&mut self) -> &mut Self {
            self.0.clear(__7);
            self
        }
        /// Opens all fields for writing; the changes count when the guard is dropped.
        fn edit(&mut self) -> ::session_runtime::__private::Edit<'_, Auth> {
            self.0.edit()
        }
        /// Changes any of the fields in place.
        fn update<R>(&mut self, f: impl ::core::ops::FnOnce(&mut Auth) -> R) -> R {
            self.0.update(f)
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for AuthFields {
        type Target = Auth;
        fn deref(&self) -> &Auth {
            self.0.read()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AuthFields {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __f.debug_struct("AuthFields").finish_non_exhaustive()
        }
    }
    const __0: ::session_runtime::__private::Field<Auth, Option<u64>> = ::session_runtime::__private::Field::__new(
        0u32,
        "user_id",
        |__data| &__data.user_id,
        |__data| &mut __data.user_id,
    );
    const __1: ::session_runtime::__private::Field<Auth, bool> = ::session_runtime::__private::Field::__new(
        1u32,
        "removed",
        |__data| &__data.delete,
        |__data| &mut __data.delete,
    );
    const __4: ::session_runtime::__private::Field<Auth, Role> = ::session_runtime::__private::Field::__new(
        4u32,
        "role",
        |__data| &__data.role,
        |__data| &mut __data.role,
    );
    const __5: ::session_runtime::__private::Field<Auth, Option<String>> = ::session_runtime::__private::Field::__new(
        5u32,
        "token",
        |__data| &__data.token,
        |__data| &mut __data.token,
    );
    const __6: ::session_runtime::__private::Field<Auth, Option<String>> = ::session_runtime::__private::Field::__new(
        6u32,
        "notice",
        |__data| &__data.notice,
        |__data| &mut __data.notice,
    );
    const __7: ::session_runtime::__private::Field<Auth, u32> = ::session_runtime::__private::Field::__new(
        7u32,
        "visits",
        |__data| &__data.visits,
        |__data| &mut __data.visits,
    );
    impl Auth {
        /// The field `user_id`, as a value.
        ///
        /// Who.
        pub(crate) const USER_ID: ::session_runtime::__private::Field<
            Auth,
            Option<u64>,
        > = __0;
        /// The field `removed`, as a value.
        pub(super) const REMOVED: ::session_runtime::__private::Field<Auth, bool> = __1;
        /// The field `since`, as a value.
        pub const SINCE: ::session_runtime::__private::Field<
            Auth,
            u64,
            ::session_runtime::__private::ReadOnly,
        > = ::session_runtime::__private::Field::__new(
            2u32,
            "since",
            |__data| &__data.since,
            |__data| &mut __data.since,
        );
        /// The field `role`, as a value.
        pub const ROLE: ::session_runtime::__private::Field<Auth, Role> = __4;
        /// The field `token`, as a value.
        pub const TOKEN: ::session_runtime::__private::Field<Auth, Option<String>> = __5;
        /// The field `visits`, as a value.
        pub const VISITS: ::session_runtime::__private::Field<Auth, u32> = __7;
    }
    #[automatically_derived]
    impl ::session_runtime::__private::SecureSession for Auth {
        type Fields = AuthFields;
        type Prefix = ::session_runtime::__private::HostPrefix;
        const FIELDS: &'static [::session_runtime::__private::FieldInfo] = &[
            ::session_runtime::__private::FieldInfo::__new(0u32, "user_id", false),
            ::session_runtime::__private::FieldInfo::__new(1u32, "removed", false),
            ::session_runtime::__private::FieldInfo::__new(2u32, "since", false),
            ::session_runtime::__private::FieldInfo::__new(4u32, "role", false),
            ::session_runtime::__private::FieldInfo::__new(5u32, "token", true),
            ::session_runtime::__private::FieldInfo::__new(6u32, "notice", false),
            ::session_runtime::__private::FieldInfo::__new(7u32, "visits", false),
        ];
        const DECLARATION: ::session_runtime::__private::Declaration = ::session_runtime::__private::Declaration::new(
            "auth",
            "__Host-auth",
            ::session_runtime::__private::Format::Sealed,
        );
        fn __fields(__handle: ::session_runtime::__private::Handle<Self>) -> AuthFields {
            AuthFields(__handle)
        }
        fn __handle(
            __fields: &AuthFields,
        ) -> &::session_runtime::__private::Handle<Self> {
            &__fields.0
        }
        fn __handle_mut(
            __fields: &mut AuthFields,
        ) -> &mut ::session_runtime::__private::Handle<Self> {
            &mut __fields.0
        }
        type Principal = u64;
        fn __duplicate(&self) -> Self {
            Self {
                user_id: <Option<
                    u64,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.user_id,
                ),
                delete: <bool as ::session_runtime::__private::SessionField>::duplicate(
                    &self.delete,
                ),
                since: <u64 as ::session_runtime::__private::SessionField>::duplicate(
                    &self.since,
                ),
                internal: <Internal as ::session_runtime::__private::SessionField>::duplicate(
                    &self.internal,
                ),
                role: <Role as ::session_runtime::__private::SessionField>::duplicate(
                    &self.role,
                ),
                token: <Option<
                    String,
                > as ::session_runtime::__private::SessionField>::duplicate(&self.token),
                notice: <Option<
                    String,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.notice,
                ),
                visits: <u32 as ::session_runtime::__private::SessionField>::duplicate(
                    &self.visits,
                ),
                rest: <BTreeMap<
                    String,
                    Value,
                > as ::session_runtime::__private::SessionField>::duplicate(&self.rest),
            }
        }
        fn __keep(mut __old: Self, __bits: u64) -> Self {
            let mut __new = __default::<Self>();
            if __bits & 1u64 != 0 {
                ::core::mem::swap(&mut __new.user_id, &mut __old.user_id);
            }
            if __bits & 2u64 != 0 {
                ::core::mem::swap(&mut __new.delete, &mut __old.delete);
            }
            if __bits & 4u64 != 0 {
                ::core::mem::swap(&mut __new.since, &mut __old.since);
            }
            if __bits & 8u64 != 0 {
                ::core::mem::swap(&mut __new.internal, &mut __old.internal);
            }
            if __bits & 16u64 != 0 {
                ::core::mem::swap(&mut __new.role, &mut __old.role);
            }
            if __bits & 32u64 != 0 {
                ::core::mem::swap(&mut __new.token, &mut __old.token);
            }
            if __bits & 64u64 != 0 {
                ::core::mem::swap(&mut __new.notice, &mut __old.notice);
            }
            if __bits & 128u64 != 0 {
                ::core::mem::swap(&mut __new.visits, &mut __old.visits);
            }
            if __bits & 256u64 != 0 {
                ::core::mem::swap(&mut __new.rest, &mut __old.rest);
            }
            __new
        }
        fn __merge(
            __base: &Self,
            mut __theirs: Self,
            __ours: &mut Self,
            __dirty: u64,
        ) -> u64 {
            #[allow(unused_imports)]
            use ::session_runtime::__private::{ByJson as _, ByValue as _, Unknown as _};
            let mut __both = 0;
            let __same = (&&&::session_runtime::__private::Same(&__base.user_id)).__by();
            let __is_dirty = __dirty & 1u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.user_id,
                &mut __theirs.user_id,
                &mut __ours.user_id,
                __same,
            ) {
                __both |= 1u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.delete)).__by();
            let __is_dirty = __dirty & 2u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.delete,
                &mut __theirs.delete,
                &mut __ours.delete,
                __same,
            ) {
                __both |= 2u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.since)).__by();
            let __is_dirty = __dirty & 4u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.since,
                &mut __theirs.since,
                &mut __ours.since,
                __same,
            ) {
                __both |= 4u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.internal))
                .__by();
            let __is_dirty = __dirty & 8u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.internal,
                &mut __theirs.internal,
                &mut __ours.internal,
                __same,
            ) {
                __both |= 8u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.role)).__by();
            let __is_dirty = __dirty & 16u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.role,
                &mut __theirs.role,
                &mut __ours.role,
                __same,
            ) {
                __both |= 16u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.token)).__by();
            let __is_dirty = __dirty & 32u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.token,
                &mut __theirs.token,
                &mut __ours.token,
                __same,
            ) {
                __both |= 32u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.notice)).__by();
            let __is_dirty = __dirty & 64u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.notice,
                &mut __theirs.notice,
                &mut __ours.notice,
                __same,
            ) {
                __both |= 64u64;
            }
            if __dirty & 128u64 == 0 {
                ::core::mem::swap(&mut __ours.visits, &mut __theirs.visits);
            } else {
                <u32 as ::session_runtime::__private::MergeAdd>::add(
                    &mut __ours.visits,
                    &__base.visits,
                    &mut __theirs.visits,
                );
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.rest)).__by();
            let __is_dirty = __dirty & 256u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.rest,
                &mut __theirs.rest,
                &mut __ours.rest,
                __same,
            ) {
                __both |= 256u64;
            }
            __both
        }
        const __SHAREABLE: bool = {
            #[allow(unused_imports)]
            use ::session_runtime::__private::MayChange as _;
            true
                && (::session_runtime::__private::Probe::<Option<u64>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<u64>>::IS_COPY)
                && (::session_runtime::__private::Probe::<bool>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<bool>::IS_COPY)
                && (::session_runtime::__private::Probe::<u64>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<u64>::IS_COPY)
                && (::session_runtime::__private::Probe::<Internal>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Internal>::IS_COPY)
                && (::session_runtime::__private::Probe::<Role>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Role>::IS_COPY)
                && (::session_runtime::__private::Probe::<Option<String>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<String>>::IS_COPY)
                && (::session_runtime::__private::Probe::<Option<String>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<String>>::IS_COPY)
                && (::session_runtime::__private::Probe::<u32>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<u32>::IS_COPY)
                && (::session_runtime::__private::Probe::<
                    BTreeMap<String, Value>,
                >::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<
                        BTreeMap<String, Value>,
                    >::IS_COPY)
        };
        const __PRINCIPAL_BITS: u64 = 1u64;
        fn __principal(&self) -> ::core::option::Option<::std::string::String> {
            <Option<
                u64,
            > as ::session_runtime::__private::PrincipalField>::principal(&self.user_id)
        }
        fn __too_long(&self, __bits: u64) -> ::core::option::Option<&'static str> {
            if __bits & 32u64 != 0 && self.token.is_some()
                && ::session_runtime::__private::json_len(&self.token) > 40usize
            {
                return ::core::option::Option::Some("token");
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl<__S> ::session_runtime::__private::AvailableIn<__S> for Auth {}
    #[automatically_derived]
    impl ::session_runtime::__private::HasPrincipal for Auth {
        fn __who(
            &self,
        ) -> ::core::option::Option<
            &<Self as ::session_runtime::__private::SecureSession>::Principal,
        > {
            <Option<
                u64,
            > as ::session_runtime::__private::PrincipalField>::who(&self.user_id)
        }
    }
};
