//! From 1 to 4 keys that open, of which the last one tried does.

use session_runtime::{Config, Key, Keyring, SessionRegistry, Sessions, Unmounted};

use crate::{
    Outcome,
    case::Case,
    session::{Auth, USER, somebody},
};

const KEYS: [usize; 4] = [1, 2, 3, 4];

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
}

pub(super) fn cases() -> Outcome<Vec<Case>> {
    KEYS.into_iter().map(opened).collect()
}

fn opened(keys: usize) -> Outcome<Case> {
    let oldest = Key::generate()?;
    let before = codec(Keyring::new(oldest.clone()))?;
    let value = before.encode(&before.create(somebody()))?;
    let mut others: Vec<_> = (1..keys)
        .map(|_| Key::generate())
        .collect::<Result<_, _>>()?;
    let mut keyring = Keyring::new(others.pop().unwrap_or_else(|| oldest.clone()));
    for key in others {
        keyring = keyring.also_open(key);
    }
    if keys > 1 {
        keyring = keyring.also_open(oldest);
    }
    let after = codec(keyring)?;
    if after.decode::<Auth>(&value)?.user_id() != Some(USER) {
        return Err("another session comes back".into());
    }
    Ok(Case::repeated(format!("keys/{keys}/decode"), move || {
        after.decode::<Auth>(&value).is_ok()
    }))
}

fn codec(keys: Keyring) -> Outcome<Sessions> {
    let registry = Registry {
        auth: Config::new(keys).cached_sessions(0),
    };
    Ok(Unmounted::new(registry)?.codec())
}
