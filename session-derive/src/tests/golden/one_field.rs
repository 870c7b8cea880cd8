/// Typed access to the fields of [`Auth`]: what `Session<Auth>` derefs to.
struct AuthFields(::session_runtime::__private::Handle<Auth>);
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
        /// Reads `user_id`.
        fn user_id(&self) -> u64 {
            self.0.read().user_id
        }
        /// Sets `user_id`.
        fn set_user_id(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<u64>,
        ) -> &mut Self {
            self.0.set(__0, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `user_id` in place.
        fn update_user_id<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut u64) -> R,
        ) -> R {
            self.0.update_field(__0, f)
        }
        /// Takes `user_id` out, leaving the value of [`Auth::default`].
        fn take_user_id(&mut self) -> u64 {
            self.0
                .take(
                    __0,
                    <u64 as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `user_id` to the value of [`Auth::default`].
        fn clear_user_id(&mut self) -> &mut Self {
            self.0.clear(__0);
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
    const __0: ::session_runtime::__private::Field<Auth, u64> = ::session_runtime::__private::Field::__new(
        0u32,
        "user_id",
        |__data| &__data.user_id,
        |__data| &mut __data.user_id,
    );
    impl Auth {
        /// The field `user_id`, as a value.
        const USER_ID: ::session_runtime::__private::Field<Auth, u64> = __0;
    }
    #[automatically_derived]
    impl ::session_runtime::__private::SecureSession for Auth {
        type Fields = AuthFields;
        type Prefix = ::session_runtime::__private::HostPrefix;
        const FIELDS: &'static [::session_runtime::__private::FieldInfo] = &[
            ::session_runtime::__private::FieldInfo::__new(0u32, "user_id", false),
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
        type Principal = ::session_runtime::__private::NoPrincipal;
        fn __duplicate(&self) -> Self {
            Self {
                user_id: <u64 as ::session_runtime::__private::SessionField>::duplicate(
                    &self.user_id,
                ),
            }
        }
        fn __keep(mut __old: Self, __bits: u64) -> Self {
            let mut __new = __default::<Self>();
            if __bits & 1u64 != 0 {
                ::core::mem::swap(&mut __new.user_id, &mut __old.user_id);
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
            __both
        }
        const __SHAREABLE: bool = {
            #[allow(unused_imports)]
            use ::session_runtime::__private::MayChange as _;
            true
                && (::session_runtime::__private::Probe::<u64>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<u64>::IS_COPY)
        };
    }
    #[automatically_derived]
    impl<__S> ::session_runtime::__private::AvailableIn<__S> for Auth {}
};
