::core::compile_error! {
    "expected `Config<…>`: `auth: Config<Auth>`"
}
::core::compile_error! {
    "`Prefs` is registered by `prefs` already, remove one"
}
const _: () = {
    #[automatically_derived]
    impl ::session_runtime::__private::SessionRegistry for AppSessions {
        fn __register(self, __entries: &mut ::session_runtime::__private::Entries) {
            ::session_runtime::__private::Entries::add::<Prefs>(__entries, self.prefs);
        }
    }
    #[automatically_derived]
    impl ::session_runtime::__private::Contains<Prefs> for AppSessions {}
};
