/// Typed access to the fields of [`UserPrefs`]: what `Session<UserPrefs>` derefs to.
struct UserPrefsFields(::session_runtime::__private::Handle<UserPrefs>);
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
    impl UserPrefsFields {
        /// Reads `theme`.
        fn theme(&self) -> &str {
            self.0.read().theme.as_str()
        }
        /// Sets `theme`.
        fn set_theme(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<String>,
        ) -> &mut Self {
            self.0.set(__0, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `theme` in place.
        fn update_theme<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut String) -> R,
        ) -> R {
            self.0.update_field(__0, f)
        }
        /// Takes `theme` out, leaving the value of [`UserPrefs::default`].
        fn take_theme(&mut self) -> String {
            self.0
                .take(
                    __0,
                    <String as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `theme` to the value of [`UserPrefs::default`].
        fn clear_theme(&mut self) -> &mut Self {
            self.0.clear(__0);
            self
        }
        /// Opens all fields for writing; the changes count when the guard is dropped.
        fn edit(&mut self) -> ::session_runtime::__private::Edit<'_, UserPrefs> {
            self.0.edit()
        }
        /// Changes any of the fields in place.
        fn update<R>(&mut self, f: impl ::core::ops::FnOnce(&mut UserPrefs) -> R) -> R {
            self.0.update(f)
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for UserPrefsFields {
        type Target = UserPrefs;
        fn deref(&self) -> &UserPrefs {
            self.0.read()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for UserPrefsFields {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __f.debug_struct("UserPrefsFields").finish_non_exhaustive()
        }
    }
    const __0: ::session_runtime::__private::Field<UserPrefs, String> = ::session_runtime::__private::Field::__new(
        0u32,
        "theme",
        |__data| &__data.theme,
        |__data| &mut __data.theme,
    );
    impl UserPrefs {
        /// The field `theme`, as a value.
        const THEME: ::session_runtime::__private::Field<UserPrefs, String> = __0;
    }
    #[automatically_derived]
    impl ::session_runtime::__private::SecureSession for UserPrefs {
        type Fields = UserPrefsFields;
        type Prefix = ::session_runtime::__private::NoPrefix;
        const FIELDS: &'static [::session_runtime::__private::FieldInfo] = &[
            ::session_runtime::__private::FieldInfo::__new(0u32, "theme", false),
        ];
        const DECLARATION: ::session_runtime::__private::Declaration = ::session_runtime::__private::Declaration::new(
                "user_prefs",
                "prefs",
                ::session_runtime::__private::Format::Fastify,
            )
            .idle(::session_runtime::__private::Limit::Seconds(31536000u64));
        fn __fields(
            __handle: ::session_runtime::__private::Handle<Self>,
        ) -> UserPrefsFields {
            UserPrefsFields(__handle)
        }
        fn __handle(
            __fields: &UserPrefsFields,
        ) -> &::session_runtime::__private::Handle<Self> {
            &__fields.0
        }
        fn __handle_mut(
            __fields: &mut UserPrefsFields,
        ) -> &mut ::session_runtime::__private::Handle<Self> {
            &mut __fields.0
        }
        type Principal = ::session_runtime::__private::NoPrincipal;
        fn __duplicate(&self) -> Self {
            Self {
                theme: <String as ::session_runtime::__private::SessionField>::duplicate(
                    &self.theme,
                ),
            }
        }
        fn __keep(mut __old: Self, __bits: u64) -> Self {
            let mut __new = __default::<Self>();
            if __bits & 1u64 != 0 {
                ::core::mem::swap(&mut __new.theme, &mut __old.theme);
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
            let __same = (&&&::session_runtime::__private::Same(&__base.theme)).__by();
            let __is_dirty = __dirty & 1u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.theme,
                &mut __theirs.theme,
                &mut __ours.theme,
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
                && (::session_runtime::__private::Probe::<String>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<String>::IS_COPY)
        };
    }
    #[automatically_derived]
    impl<__S> ::session_runtime::__private::AvailableIn<__S> for UserPrefs {}
};
