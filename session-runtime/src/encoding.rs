//! base64 by the vector instructions that the processor has, where it has any.

use std::sync::LazyLock;

use base64::engine::{GeneralPurposeConfig, general_purpose};

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Best = base64::engine::GeneralPurpose;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
type Best = base64::engine::Simd;

/// For the values of cookies, which are long enough for it to matter. Decoding is strict: no
/// padding, and nothing in the bits that are left over.
pub(crate) static URL_SAFE_NO_PAD: LazyLock<Best> =
    LazyLock::new(|| url_safe(general_purpose::NO_PAD));

/// The same with padding and the other alphabet.
pub(crate) static STANDARD: LazyLock<Best> = LazyLock::new(|| standard(general_purpose::PAD));

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const fn url_safe(config: GeneralPurposeConfig) -> Best {
    Best::new(&base64::alphabet::URL_SAFE, config)
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn url_safe(config: GeneralPurposeConfig) -> Best {
    Best::url_safe(config)
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const fn standard(config: GeneralPurposeConfig) -> Best {
    Best::new(&base64::alphabet::STANDARD, config)
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn standard(config: GeneralPurposeConfig) -> Best {
    Best::standard(config)
}
