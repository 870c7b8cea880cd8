//! Every engine of the cipher at four sizes.

use crate::{Outcome, case::Case, engines::Engine};

/// Bytes of a plaintext. A cookie of 4096 bytes holds hardly more than the last.
const SIZES: [usize; 4] = [64, 256, 1024, 3072];

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let mut cases = Vec::new();
    for bytes in SIZES {
        let tags: Vec<_> = Engine::ALL
            .into_iter()
            .map(|engine| Outcome::Ok(engine.sealing(text(bytes))?()))
            .collect::<Result<_, _>>()?;
        if tags.windows(2).any(|pair| pair.first() != pair.last()) || tags.contains(&None) {
            return Err("the engines differ".into());
        }
        for engine in Engine::ALL {
            cases.push(sealing(engine, bytes, &format!("seal/{bytes}"))?);
            cases.push(opening(engine, bytes, &format!("open/{bytes}"))?);
        }
    }
    Ok(cases)
}

pub(super) fn sealing(engine: Engine, bytes: usize, place: &str) -> Outcome<Case> {
    let operation = engine.sealing(text(bytes))?;
    Ok(Case::repeated(
        format!("{place}/{}", engine.name()),
        operation,
    ))
}

pub(super) fn opening(engine: Engine, bytes: usize, place: &str) -> Outcome<Case> {
    let mut operation = engine.opening(&text(bytes))?;
    if operation().is_none() {
        return Err(format!("{} opens nothing", engine.name()).into());
    }
    Ok(Case::repeated(
        format!("{place}/{}", engine.name()),
        operation,
    ))
}

fn text(bytes: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(bytes).collect()
}
