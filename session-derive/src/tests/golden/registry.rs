const _: () = {
    #[automatically_derived]
    impl ::session_runtime::__private::SessionRegistry for AppSessions {
        fn __register(self, __entries: &mut ::session_runtime::__private::Entries) {
            ::session_runtime::__private::Entries::add::<Auth>(__entries, self.auth);
            ::session_runtime::__private::Entries::add::<
                prefs::Prefs,
            >(__entries, self.prefs);
        }
    }
    #[automatically_derived]
    impl ::session_runtime::__private::Contains<Auth> for AppSessions {}
    #[automatically_derived]
    impl ::session_runtime::__private::Contains<prefs::Prefs> for AppSessions {}
    const _: () = ::core::assert!(
        ! ::session_runtime::__private::same(< Auth as
        ::session_runtime::__private::SecureSession > ::DECLARATION.name(), <
        prefs::Prefs as ::session_runtime::__private::SecureSession > ::DECLARATION
        .name()),
        "`auth` and `prefs` have the same session name: write another `#[session(name = \"…\")]` on one of their structs"
    );
    const _: () = ::core::assert!(
        ! ::session_runtime::__private::same(< Auth as
        ::session_runtime::__private::SecureSession > ::DECLARATION.cookie_name(), <
        prefs::Prefs as ::session_runtime::__private::SecureSession > ::DECLARATION
        .cookie_name()),
        "`auth` and `prefs` have the same cookie name: write another `#[session(cookie_name = \"…\")]` on one of their structs"
    );
};
