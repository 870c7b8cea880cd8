//! base64 for the values of cookies, which are long enough for vectors to matter: by the largest that
//! the processor has, where the crate can use them.
//!
//! Decoding is strict: padding as it is written, and nothing in the bits that are left over.

use base64::DecodeSliceError;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) use vectors::{STANDARD, URL_SAFE_NO_PAD};

/// The bytes of a text, by the `decode_slice` of an engine. `None`: it is not one of the engine's.
///
/// As `Engine::decode`, which takes its memory zeroed from the allocator: that is the slow way of
/// glibc's, also for a few hundred bytes.
#[inline]
pub(crate) fn decode(
    text: &[u8],
    decode_slice: impl FnOnce(&[u8], &mut [u8]) -> Result<usize, DecodeSliceError>,
) -> Option<Vec<u8>> {
    let length = base64::decoded_len_estimate(text.len());
    #[expect(
        clippy::slow_vector_initialization,
        reason = "`vec![0; length]` asks for zeroed memory"
    )]
    let mut bytes = Vec::with_capacity(length);
    bytes.resize(length, 0);
    let length = decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

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
