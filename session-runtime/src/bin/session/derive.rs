//! `session derive`: the key that Node derives from a secret and a salt.

use std::process::ExitCode;

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use session_runtime::Key;
use zeroize::Zeroizing;

use crate::{args::Derive, failure::Failure, input};

/// What `Key::from_passphrase` demands, which would name itself in the message.
const SHORTEST_SECRET: usize = 32;

pub(crate) fn run(args: &Derive) -> Result<ExitCode, Failure> {
    args.output.check()?;
    let salt = salt(args)?;
    let given = secret(args)?;
    let secret = if args.exact_secret {
        &given[..]
    } else {
        input::without_line_break(&given)
    };
    if secret.len() < SHORTEST_SECRET {
        return Err(Failure::new(format_args!(
            "the secret has {} bytes and {SHORTEST_SECRET} are the least; Node refuses it too",
            secret.len()
        )));
    }
    let key = match salt {
        Some(salt) => Key::from_passphrase(secret, &salt),
        None => Key::from_passphrase_with_node_salt(secret),
    };
    let key = key.map_err(Failure::new)?;
    args.output.write(&key)?;
    Ok(ExitCode::SUCCESS)
}

fn secret(args: &Derive) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if let Some(path) = &args.secret_file {
        return input::file(path);
    }
    if let Some(name) = &args.secret_env {
        return input::variable(name);
    }
    if input::stdin_is_terminal() {
        return Err(Failure::usage(
            "a secret that is typed here would stay on the screen: pipe it in, or use \
             --secret-file or --secret-env",
        ));
    }
    input::stdin()
}

/// `None`: Node's own.
fn salt(args: &Derive) -> Result<Option<[u8; 16]>, Failure> {
    let (bytes, what) = if let Some(text) = &args.salt.salt {
        // Node takes the low byte of each UTF-16 unit.
        let bytes = text.encode_utf16().map(|unit| unit.to_le_bytes()[0]);
        (bytes.collect(), "characters")
    } else if let Some(hex) = &args.salt.salt_hex {
        let bytes = base16ct::mixed::decode_vec(hex);
        (bytes.map_err(|_| no_salt("is no hex"))?, "bytes")
    } else if let Some(base64) = &args.salt.salt_base64 {
        let bytes = ANY_PADDING.decode(base64);
        (bytes.map_err(|_| no_salt("is no base64"))?, "bytes")
    } else {
        return Ok(None);
    };
    let count = bytes.len();
    match bytes.try_into() {
        Ok(salt) => Ok(Some(salt)),
        Err(_) if count == 0 => Err(no_salt(
            "is empty; with an empty salt Node takes its own: --node-salt",
        )),
        Err(_) => Err(no_salt(format_args!(
            "has {count} {what} where 16 are needed"
        ))),
    }
}

fn no_salt(problem: impl std::fmt::Display) -> Failure {
    Failure::usage(format_args!("the salt {problem}"))
}

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
