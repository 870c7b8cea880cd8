/// Typed access to the fields of [`Kinds`]: what `Session<Kinds>` derefs to.
pub struct KindsFields(::session_runtime::__private::Handle<Kinds>);
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
    impl KindsFields {
        /// Reads `scalar`.
        pub fn scalar(&self) -> ::core::primitive::u64 {
            self.0.read().scalar
        }
        /// Sets `scalar`.
        pub fn set_scalar(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<::core::primitive::u64>,
        ) -> &mut Self {
            self.0.set(__0, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `scalar` in place.
        pub fn update_scalar<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut ::core::primitive::u64) -> R,
        ) -> R {
            self.0.update_field(__0, f)
        }
        /// Takes `scalar` out, leaving the value of [`Kinds::default`].
        pub fn take_scalar(&mut self) -> ::core::primitive::u64 {
            self.0
                .take(
                    __0,
                    <::core::primitive::u64 as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `scalar` to the value of [`Kinds::default`].
        pub fn clear_scalar(&mut self) -> &mut Self {
            self.0.clear(__0);
            self
        }
        /// Reads `maybe_scalar`.
        pub fn maybe_scalar(&self) -> Option<bool> {
            self.0.read().maybe_scalar
        }
        /// Sets `maybe_scalar`.
        pub fn set_maybe_scalar(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<bool>>,
        ) -> &mut Self {
            self.0.set(__1, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `maybe_scalar` in place.
        pub fn update_maybe_scalar<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Option<bool>) -> R,
        ) -> R {
            self.0.update_field(__1, f)
        }
        /// Takes `maybe_scalar` out, leaving `None`.
        pub fn take_maybe_scalar(&mut self) -> Option<bool> {
            self.0.replace(__1, ::core::option::Option::None)
        }
        /// Sets `maybe_scalar` to `None`.
        pub fn clear_maybe_scalar(&mut self) -> &mut Self {
            self.0.set(__1, ::core::option::Option::None);
            self
        }
        /// Reads `text`.
        pub fn text(&self) -> &str {
            self.0.read().text.as_str()
        }
        /// Sets `text`.
        pub fn set_text(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<String>,
        ) -> &mut Self {
            self.0.set(__2, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `text` in place.
        pub fn update_text<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut String) -> R,
        ) -> R {
            self.0.update_field(__2, f)
        }
        /// Takes `text` out, leaving the value of [`Kinds::default`].
        pub fn take_text(&mut self) -> String {
            self.0
                .take(
                    __2,
                    <String as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `text` to the value of [`Kinds::default`].
        pub fn clear_text(&mut self) -> &mut Self {
            self.0.clear(__2);
            self
        }
        /// Reads `maybe_text`.
        pub fn maybe_text(&self) -> ::core::option::Option<&str> {
            self.0.read().maybe_text.as_deref()
        }
        /// Sets `maybe_text`.
        pub fn set_maybe_text(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<
                ::std::option::Option<std::string::String>,
            >,
        ) -> &mut Self {
            self.0.set(__3, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `maybe_text` in place.
        pub fn update_maybe_text<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(
                &mut ::std::option::Option<std::string::String>,
            ) -> R,
        ) -> R {
            self.0.update_field(__3, f)
        }
        /// Takes `maybe_text` out, leaving `None`.
        pub fn take_maybe_text(&mut self) -> ::std::option::Option<std::string::String> {
            self.0.replace(__3, ::core::option::Option::None)
        }
        /// Sets `maybe_text` to `None`.
        pub fn clear_maybe_text(&mut self) -> &mut Self {
            self.0.set(__3, ::core::option::Option::None);
            self
        }
        /// Reads `list`.
        pub fn list(&self) -> &[R] {
            self.0.read().list.as_slice()
        }
        /// Sets `list`.
        pub fn set_list(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Vec<R>>,
        ) -> &mut Self {
            self.0.set(__4, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `list` in place.
        pub fn update_list<__R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Vec<R>) -> __R,
        ) -> __R {
            self.0.update_field(__4, f)
        }
        /// Takes `list` out, leaving the value of [`Kinds::default`].
        pub fn take_list(&mut self) -> Vec<R> {
            self.0
                .take(
                    __4,
                    <Vec<R> as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `list` to the value of [`Kinds::default`].
        pub fn clear_list(&mut self) -> &mut Self {
            self.0.clear(__4);
            self
        }
        /// Reads `maybe_list`.
        pub fn maybe_list(&self) -> ::core::option::Option<&[R]> {
            self.0.read().maybe_list.as_deref()
        }
        /// Sets `maybe_list`.
        pub fn set_maybe_list(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<Vec<R>>>,
        ) -> &mut Self {
            self.0.set(__5, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `maybe_list` in place.
        pub fn update_maybe_list<__R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Option<Vec<R>>) -> __R,
        ) -> __R {
            self.0.update_field(__5, f)
        }
        /// Takes `maybe_list` out, leaving `None`.
        pub fn take_maybe_list(&mut self) -> Option<Vec<R>> {
            self.0.replace(__5, ::core::option::Option::None)
        }
        /// Sets `maybe_list` to `None`.
        pub fn clear_maybe_list(&mut self) -> &mut Self {
            self.0.set(__5, ::core::option::Option::None);
            self
        }
        /// Reads `any`.
        pub fn any(&self) -> &BTreeMap<String, u8> {
            &self.0.read().any
        }
        /// Sets `any`.
        pub fn set_any(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<BTreeMap<String, u8>>,
        ) -> &mut Self {
            self.0.set(__6, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `any` in place.
        pub fn update_any<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut BTreeMap<String, u8>) -> R,
        ) -> R {
            self.0.update_field(__6, f)
        }
        /// Takes `any` out, leaving the value of [`Kinds::default`].
        pub fn take_any(&mut self) -> BTreeMap<String, u8> {
            self.0
                .take(
                    __6,
                    <BTreeMap<
                        String,
                        u8,
                    > as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `any` to the value of [`Kinds::default`].
        pub fn clear_any(&mut self) -> &mut Self {
            self.0.clear(__6);
            self
        }
        /// Reads `maybe_any`.
        pub fn maybe_any(&self) -> ::core::option::Option<&R> {
            self.0.read().maybe_any.as_ref()
        }
        /// Sets `maybe_any`.
        pub fn set_maybe_any(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<Option<R>>,
        ) -> &mut Self {
            self.0.set(__7, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `maybe_any` in place.
        pub fn update_maybe_any<__R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut Option<R>) -> __R,
        ) -> __R {
            self.0.update_field(__7, f)
        }
        /// Takes `maybe_any` out, leaving `None`.
        pub fn take_maybe_any(&mut self) -> Option<R> {
            self.0.replace(__7, ::core::option::Option::None)
        }
        /// Sets `maybe_any` to `None`.
        pub fn clear_maybe_any(&mut self) -> &mut Self {
            self.0.set(__7, ::core::option::Option::None);
            self
        }
        /// Reads `type`.
        pub fn r#type(&self) -> &str {
            self.0.read().r#type.as_str()
        }
        /// Sets `type`.
        pub fn set_type(
            &mut self,
            value: impl ::session_runtime::__private::IntoField<String>,
        ) -> &mut Self {
            self.0.set(__8, ::session_runtime::__private::IntoField::into_field(value));
            self
        }
        /// Changes `type` in place.
        pub fn update_type<R>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut String) -> R,
        ) -> R {
            self.0.update_field(__8, f)
        }
        /// Takes `type` out, leaving the value of [`Kinds::default`].
        pub fn take_type(&mut self) -> String {
            self.0
                .take(
                    __8,
                    <String as ::session_runtime::__private::SessionField>::duplicate,
                )
        }
        /// Sets `type` to the value of [`Kinds::default`].
        pub fn clear_type(&mut self) -> &mut Self {
            self.0.clear(__8);
            self
        }
        /// Opens all fields for writing; the changes count when the guard is dropped.
        pub fn edit(&mut self) -> ::session_runtime::__private::Edit<'_, Kinds> {
            self.0.edit()
        }
        /// Changes any of the fields in place.
        pub fn update<R>(&mut self, f: impl ::core::ops::FnOnce(&mut Kinds) -> R) -> R {
            self.0.update(f)
        }
    }
    #[automatically_derived]
    impl ::core::ops::Deref for KindsFields {
        type Target = Kinds;
        fn deref(&self) -> &Kinds {
            self.0.read()
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for KindsFields {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __f.debug_struct("KindsFields").finish_non_exhaustive()
        }
    }
    const __0: ::session_runtime::__private::Field<Kinds, ::core::primitive::u64> = ::session_runtime::__private::Field::__new(
        0u32,
        "scalar",
        |__data| &__data.scalar,
        |__data| &mut __data.scalar,
    );
    const __1: ::session_runtime::__private::Field<Kinds, Option<bool>> = ::session_runtime::__private::Field::__new(
        1u32,
        "maybe_scalar",
        |__data| &__data.maybe_scalar,
        |__data| &mut __data.maybe_scalar,
    );
    const __2: ::session_runtime::__private::Field<Kinds, String> = ::session_runtime::__private::Field::__new(
        2u32,
        "text",
        |__data| &__data.text,
        |__data| &mut __data.text,
    );
    const __3: ::session_runtime::__private::Field<
        Kinds,
        ::std::option::Option<std::string::String>,
    > = ::session_runtime::__private::Field::__new(
        3u32,
        "maybe_text",
        |__data| &__data.maybe_text,
        |__data| &mut __data.maybe_text,
    );
    const __4: ::session_runtime::__private::Field<Kinds, Vec<R>> = ::session_runtime::__private::Field::__new(
        4u32,
        "list",
        |__data| &__data.list,
        |__data| &mut __data.list,
    );
    const __5: ::session_runtime::__private::Field<Kinds, Option<Vec<R>>> = ::session_runtime::__private::Field::__new(
        5u32,
        "maybe_list",
        |__data| &__data.maybe_list,
        |__data| &mut __data.maybe_list,
    );
    const __6: ::session_runtime::__private::Field<Kinds, BTreeMap<String, u8>> = ::session_runtime::__private::Field::__new(
        6u32,
        "any",
        |__data| &__data.any,
        |__data| &mut __data.any,
    );
    const __7: ::session_runtime::__private::Field<Kinds, Option<R>> = ::session_runtime::__private::Field::__new(
        7u32,
        "maybe_any",
        |__data| &__data.maybe_any,
        |__data| &mut __data.maybe_any,
    );
    const __8: ::session_runtime::__private::Field<Kinds, String> = ::session_runtime::__private::Field::__new(
        8u32,
        "type",
        |__data| &__data.r#type,
        |__data| &mut __data.r#type,
    );
    impl Kinds {
        /// The field `scalar`, as a value.
        pub const SCALAR: ::session_runtime::__private::Field<
            Kinds,
            ::core::primitive::u64,
        > = __0;
        /// The field `maybe_scalar`, as a value.
        pub const MAYBE_SCALAR: ::session_runtime::__private::Field<
            Kinds,
            Option<bool>,
        > = __1;
        /// The field `text`, as a value.
        pub const TEXT: ::session_runtime::__private::Field<Kinds, String> = __2;
        /// The field `maybe_text`, as a value.
        pub const MAYBE_TEXT: ::session_runtime::__private::Field<
            Kinds,
            ::std::option::Option<std::string::String>,
        > = __3;
        /// The field `list`, as a value.
        pub const LIST: ::session_runtime::__private::Field<Kinds, Vec<R>> = __4;
        /// The field `maybe_list`, as a value.
        pub const MAYBE_LIST: ::session_runtime::__private::Field<
            Kinds,
            Option<Vec<R>>,
        > = __5;
        /// The field `any`, as a value.
        pub const ANY: ::session_runtime::__private::Field<
            Kinds,
            BTreeMap<String, u8>,
        > = __6;
        /// The field `maybe_any`, as a value.
        pub const MAYBE_ANY: ::session_runtime::__private::Field<Kinds, Option<R>> = __7;
        /// The field `type`, as a value.
        pub const TYPE: ::session_runtime::__private::Field<Kinds, String> = __8;
    }
    #[automatically_derived]
    impl ::session_runtime::__private::SecureSession for Kinds {
        type Fields = KindsFields;
        type Prefix = ::session_runtime::__private::HostPrefix;
        const FIELDS: &'static [::session_runtime::__private::FieldInfo] = &[
            ::session_runtime::__private::FieldInfo::__new(0u32, "scalar", false),
            ::session_runtime::__private::FieldInfo::__new(1u32, "maybe_scalar", false),
            ::session_runtime::__private::FieldInfo::__new(2u32, "text", false),
            ::session_runtime::__private::FieldInfo::__new(3u32, "maybe_text", false),
            ::session_runtime::__private::FieldInfo::__new(4u32, "list", false),
            ::session_runtime::__private::FieldInfo::__new(5u32, "maybe_list", false),
            ::session_runtime::__private::FieldInfo::__new(6u32, "any", false),
            ::session_runtime::__private::FieldInfo::__new(7u32, "maybe_any", false),
            ::session_runtime::__private::FieldInfo::__new(8u32, "type", false),
        ];
        const DECLARATION: ::session_runtime::__private::Declaration = ::session_runtime::__private::Declaration::new(
            "kinds",
            "__Host-kinds",
            ::session_runtime::__private::Format::Sealed,
        );
        fn __fields(
            __handle: ::session_runtime::__private::Handle<Self>,
        ) -> KindsFields {
            KindsFields(__handle)
        }
        fn __handle(
            __fields: &KindsFields,
        ) -> &::session_runtime::__private::Handle<Self> {
            &__fields.0
        }
        fn __handle_mut(
            __fields: &mut KindsFields,
        ) -> &mut ::session_runtime::__private::Handle<Self> {
            &mut __fields.0
        }
        type Principal = ::session_runtime::__private::NoPrincipal;
        fn __duplicate(&self) -> Self {
            Self {
                scalar: <::core::primitive::u64 as ::session_runtime::__private::SessionField>::duplicate(
                    &self.scalar,
                ),
                maybe_scalar: <Option<
                    bool,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.maybe_scalar,
                ),
                text: <String as ::session_runtime::__private::SessionField>::duplicate(
                    &self.text,
                ),
                maybe_text: <::std::option::Option<
                    std::string::String,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.maybe_text,
                ),
                list: <Vec<
                    R,
                > as ::session_runtime::__private::SessionField>::duplicate(&self.list),
                maybe_list: <Option<
                    Vec<R>,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.maybe_list,
                ),
                any: <BTreeMap<
                    String,
                    u8,
                > as ::session_runtime::__private::SessionField>::duplicate(&self.any),
                maybe_any: <Option<
                    R,
                > as ::session_runtime::__private::SessionField>::duplicate(
                    &self.maybe_any,
                ),
                r#type: <String as ::session_runtime::__private::SessionField>::duplicate(
                    &self.r#type,
                ),
            }
        }
        fn __keep(mut __old: Self, __bits: u64) -> Self {
            let mut __new = __default::<Self>();
            if __bits & 1u64 != 0 {
                ::core::mem::swap(&mut __new.scalar, &mut __old.scalar);
            }
            if __bits & 2u64 != 0 {
                ::core::mem::swap(&mut __new.maybe_scalar, &mut __old.maybe_scalar);
            }
            if __bits & 4u64 != 0 {
                ::core::mem::swap(&mut __new.text, &mut __old.text);
            }
            if __bits & 8u64 != 0 {
                ::core::mem::swap(&mut __new.maybe_text, &mut __old.maybe_text);
            }
            if __bits & 16u64 != 0 {
                ::core::mem::swap(&mut __new.list, &mut __old.list);
            }
            if __bits & 32u64 != 0 {
                ::core::mem::swap(&mut __new.maybe_list, &mut __old.maybe_list);
            }
            if __bits & 64u64 != 0 {
                ::core::mem::swap(&mut __new.any, &mut __old.any);
            }
            if __bits & 128u64 != 0 {
                ::core::mem::swap(&mut __new.maybe_any, &mut __old.maybe_any);
            }
            if __bits & 256u64 != 0 {
                ::core::mem::swap(&mut __new.r#type, &mut __old.r#type);
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
            let __same = (&&&::session_runtime::__private::Same(&__base.scalar)).__by();
            let __is_dirty = __dirty & 1u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.scalar,
                &mut __theirs.scalar,
                &mut __ours.scalar,
                __same,
            ) {
                __both |= 1u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.maybe_scalar))
                .__by();
            let __is_dirty = __dirty & 2u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.maybe_scalar,
                &mut __theirs.maybe_scalar,
                &mut __ours.maybe_scalar,
                __same,
            ) {
                __both |= 2u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.text)).__by();
            let __is_dirty = __dirty & 4u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.text,
                &mut __theirs.text,
                &mut __ours.text,
                __same,
            ) {
                __both |= 4u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.maybe_text))
                .__by();
            let __is_dirty = __dirty & 8u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.maybe_text,
                &mut __theirs.maybe_text,
                &mut __ours.maybe_text,
                __same,
            ) {
                __both |= 8u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.list)).__by();
            let __is_dirty = __dirty & 16u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.list,
                &mut __theirs.list,
                &mut __ours.list,
                __same,
            ) {
                __both |= 16u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.maybe_list))
                .__by();
            let __is_dirty = __dirty & 32u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.maybe_list,
                &mut __theirs.maybe_list,
                &mut __ours.maybe_list,
                __same,
            ) {
                __both |= 32u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.any)).__by();
            let __is_dirty = __dirty & 64u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.any,
                &mut __theirs.any,
                &mut __ours.any,
                __same,
            ) {
                __both |= 64u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.maybe_any))
                .__by();
            let __is_dirty = __dirty & 128u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.maybe_any,
                &mut __theirs.maybe_any,
                &mut __ours.maybe_any,
                __same,
            ) {
                __both |= 128u64;
            }
            let __same = (&&&::session_runtime::__private::Same(&__base.r#type)).__by();
            let __is_dirty = __dirty & 256u64 != 0;
            if ::session_runtime::__private::merge(
                __is_dirty,
                &__base.r#type,
                &mut __theirs.r#type,
                &mut __ours.r#type,
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
                && (::session_runtime::__private::Probe::<
                    ::core::primitive::u64,
                >::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<
                        ::core::primitive::u64,
                    >::IS_COPY)
                && (::session_runtime::__private::Probe::<Option<bool>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<bool>>::IS_COPY)
                && (::session_runtime::__private::Probe::<String>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<String>::IS_COPY)
                && (::session_runtime::__private::Probe::<
                    ::std::option::Option<std::string::String>,
                >::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<
                        ::std::option::Option<std::string::String>,
                    >::IS_COPY)
                && (::session_runtime::__private::Probe::<Vec<R>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Vec<R>>::IS_COPY)
                && (::session_runtime::__private::Probe::<Option<Vec<R>>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<Vec<R>>>::IS_COPY)
                && (::session_runtime::__private::Probe::<
                    BTreeMap<String, u8>,
                >::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<
                        BTreeMap<String, u8>,
                    >::IS_COPY)
                && (::session_runtime::__private::Probe::<Option<R>>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<Option<R>>::IS_COPY)
                && (::session_runtime::__private::Probe::<String>::IS_IMMUTABLE
                    || ::session_runtime::__private::Probe::<String>::IS_COPY)
        };
    }
    #[automatically_derived]
    impl<__S> ::session_runtime::__private::AvailableIn<__S> for Kinds {}
};
