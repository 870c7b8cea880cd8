//! base64 for the values of cookies, which are long enough for vectors to matter: by the largest that
//! the processor has, where the crate can use them.
//!
//! Decoding is strict: padding as it is written, and nothing in the bits that are left over.

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) use vectors::{STANDARD, URL_SAFE_NO_PAD};

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod vectors {
    use std::sync::LazyLock;

    use base64::engine::{
        Simd,
        general_purpose::{NO_PAD, PAD},
    };

    pub(crate) static STANDARD: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));
    pub(crate) static URL_SAFE_NO_PAD: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));
}
