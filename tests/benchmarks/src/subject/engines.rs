//! The engines of the cipher, which no public interface offers: the files of the library themselves,
//! and libsodium beside them.

#[cfg(target_arch = "x86_64")]
#[path = "../../../../session-runtime/src/seal/lanes.rs"]
mod lanes;
#[path = "../../../../session-runtime/src/seal/poly1305.rs"]
mod poly1305;
#[path = "../../../../session-runtime/src/seal/portable.rs"]
mod portable;
#[path = "../../../../session-runtime/src/seal/reference.rs"]
mod reference;
#[path = "../../../../session-runtime/src/seal/simd.rs"]
mod simd;
#[cfg(not(target_arch = "x86_64"))]
#[path = "../../../../session-runtime/src/seal/stream.rs"]
mod stream;

use alkali::symmetric::cipher::xsalsa20poly1305 as libsodium;

use crate::Outcome;

// Under the names that the files expect.
pub(crate) const KEY: usize = 32;
pub(crate) const NONCE: usize = 24;
pub(crate) const TAG: usize = 16;

const SECRET: [u8; KEY] = [0x91; KEY];
const NUMBER: [u8; NONCE] = [0x3c; NONCE];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Reference,
    Portable,
    Simd,
    Libsodium,
}

impl Engine {
    pub(crate) const ALL: [Self; 4] =
        [Self::Reference, Self::Portable, Self::Simd, Self::Libsodium];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reference => "crypto_secretbox",
            Self::Portable => "portable",
            Self::Simd => "dryoc",
            Self::Libsodium => "libsodium",
        }
    }

    /// Seals `plaintext` into a text of the same length, again and again.
    pub(crate) fn sealing(
        self,
        plaintext: Vec<u8>,
    ) -> Outcome<Box<dyn FnMut() -> Option<[u8; TAG]>>> {
        let mut out = vec![0; plaintext.len()];
        let key = libsodium::Key::try_from(&SECRET)?;
        Ok(match self {
            Self::Reference => {
                Box::new(move || Some(reference::seal(&SECRET, &NUMBER, &plaintext, &mut out)))
            }
            Self::Portable => {
                Box::new(move || Some(portable::seal(&SECRET, &NUMBER, &plaintext, &mut out)))
            }
            Self::Simd => {
                Box::new(move || Some(simd::seal(&SECRET, &NUMBER, &plaintext, &mut out)))
            }
            Self::Libsodium => Box::new(move || {
                libsodium::encrypt_detached(&plaintext, &key, Some(&NUMBER), &mut out)
                    .ok()
                    .map(|(_, _, tag)| tag)
            }),
        })
    }

    /// Opens what `plaintext` is sealed to, again and again. The engines of the library open in place:
    /// what they are given is copied first.
    pub(crate) fn opening(self, plaintext: &[u8]) -> Outcome<Box<dyn FnMut() -> Option<()>>> {
        let mut sealed = vec![0; plaintext.len()];
        let tag = reference::seal(&SECRET, &NUMBER, plaintext, &mut sealed);
        let mut out = vec![0; plaintext.len()];
        let key = libsodium::Key::try_from(&SECRET)?;
        Ok(match self {
            Self::Reference => in_place(reference::open, &tag, &sealed),
            Self::Portable => in_place(portable::open, &tag, &sealed),
            Self::Simd => in_place(simd::open, &tag, &sealed),
            Self::Libsodium => Box::new(move || {
                libsodium::decrypt_detached(&sealed, &tag, &key, &NUMBER, &mut out)
                    .ok()
                    .map(|_| ())
            }),
        })
    }
}

type Open = fn(&[u8; KEY], &[u8; NONCE], &mut [u8]) -> Option<()>;

fn in_place(open: Open, tag: &[u8; TAG], ciphertext: &[u8]) -> Box<dyn FnMut() -> Option<()>> {
    let sealed = [tag, ciphertext].concat();
    let mut opened = sealed.clone();
    Box::new(move || {
        opened.copy_from_slice(&sealed);
        open(&SECRET, &NUMBER, &mut opened)
    })
}
