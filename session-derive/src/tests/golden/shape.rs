::core::compile_error! {
    "a session is a struct with named fields, not an enum: `struct Auth { user_id: Option<u64> }`"
}
#[doc(hidden)]
#[allow(dead_code)]
pub struct AuthFields(());
#[allow(dead_code)]
const _: () = {
    impl ::core::ops::Deref for AuthFields {
        type Target = Auth;
        fn deref(&self) -> &Auth {
            ::core::unreachable!()
        }
    }
    impl ::session_runtime::__private::SecureSession for Auth
    where
        for<'__a> Auth: ::core::default::Default,
    {
        type Fields = AuthFields;
        type Prefix = ::session_runtime::__private::NoPrefix;
        type Principal = ::session_runtime::__private::NoPrincipal;
        const FIELDS: &'static [::session_runtime::__private::FieldInfo] = &[];
        const DECLARATION: ::session_runtime::__private::Declaration = ::session_runtime::__private::Declaration::new(
            "",
            "",
            ::session_runtime::__private::Format::Sealed,
        );
        fn __duplicate(&self) -> Self {
            ::core::unreachable!()
        }
        fn __keep(_: Self, _: u64) -> Self {
            ::core::unreachable!()
        }
        fn __merge(_: &Self, _: Self, _: &mut Self, _: u64) -> u64 {
            ::core::unreachable!()
        }
        fn __fields(_: ::session_runtime::__private::Handle<Self>) -> AuthFields {
            ::core::unreachable!()
        }
        fn __handle(_: &AuthFields) -> &::session_runtime::__private::Handle<Self> {
            ::core::unreachable!()
        }
        fn __handle_mut(
            _: &mut AuthFields,
        ) -> &mut ::session_runtime::__private::Handle<Self> {
            ::core::unreachable!()
        }
    }
    impl<__S> ::session_runtime::__private::AvailableIn<__S> for Auth {}
    impl ::session_runtime::__private::HasPrincipal for Auth
    where
        for<'__a> Auth: ::core::default::Default,
    {
        fn __who(
            &self,
        ) -> ::core::option::Option<&::session_runtime::__private::NoPrincipal> {
            ::core::unreachable!()
        }
    }
};
