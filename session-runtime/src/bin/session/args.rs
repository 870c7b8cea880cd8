//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{key_output::KeyOutput, keys::KeyArgs, kind::KindArgs, time::Limit};

/// What a limit is called, and what stands for none.
const LIMIT: &str = "LIMIT";
const NONE: &str = "none";

#[derive(Debug, Parser)]
#[command(
    name = "session",
    version,
    arg_required_else_help = true,
    about = "Keys and cookies of session-runtime, and of @fastify/secure-session beside it",
    after_help = "\
Examples:
  session keygen > secret-key                     a new key, as Node reads it
  session keygen --from secret-key --base64       the same key as text
  session inspect --key-file secret-key < cookie  what is in this cookie?

Exit codes: 0 done, 1 the cookie is refused or something failed, 2 wrong usage.
`session COMMAND --help` has more examples."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Keygen(Keygen),
    Derive(Derive),
    Inspect(Inspect),
    Seal(Seal),
}

/// Make a key, or write one in another notation.
#[derive(Debug, Args)]
#[command(after_help = "\
A key is 32 raw bytes, as the key generator of @fastify/secure-session writes it
and `Key::from_file` reads it. As text it suits a variable and `Key::from_env`.

Examples:
  session keygen > secret-key                a key file for Rust and Node
  session keygen --out secret-key            the same, readable by you alone
  session keygen --base64                    for an environment variable
  session keygen --from secret-key --hex     convert; reads raw, hex and base64
  echo $SESSION_KEY | session keygen --from - > secret-key")]
pub(crate) struct Keygen {
    /// Convert a key instead of making one; `-` is stdin.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: KeyOutput,
}

/// Derive the key that Node derives from a secret and a salt.
#[derive(Debug, Args)]
#[command(after_help = "\
Argon2id with 3 passes over 256 MiB, about a second of work: what Node does with
the options `secret` and `salt` of @fastify/secure-session. The secret comes from
stdin unless an option says otherwise, and never from the command line, which the
shell's history and the list of processes show.

Examples:
  session derive --secret-env SECRET --salt mq9hDxBVDbspDR6n > secret-key
  session derive --node-salt --hex < secret.txt
  vault read -field=secret kv/app | session derive --node-salt --out secret-key")]
pub(crate) struct Derive {
    /// A file with the secret; `-` is stdin [default: -].
    #[arg(long, value_name = "FILE", conflicts_with = "secret_env")]
    pub(crate) secret_file: Option<PathBuf>,

    /// An environment variable with the secret.
    #[arg(long, value_name = "VAR")]
    pub(crate) secret_env: Option<String>,

    /// Do not drop a line break at the end.
    #[arg(long)]
    pub(crate) exact_secret: bool,

    #[command(flatten)]
    pub(crate) salt: SaltArgs,

    #[command(flatten)]
    pub(crate) output: KeyOutput,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SaltArgs {
    /// 16 characters, of each the low byte, as in Node.
    #[arg(long, value_name = "TEXT")]
    pub(crate) salt: Option<String>,

    /// 16 bytes in hex.
    #[arg(long, value_name = "HEX")]
    pub(crate) salt_hex: Option<String>,

    /// 16 bytes in base64.
    #[arg(long, value_name = "BASE64")]
    pub(crate) salt_base64: Option<String>,

    /// Node's salt where none is given: known to all.
    #[arg(long)]
    pub(crate) node_salt: bool,
}

/// Say what is in a cookie, how old and how large it is, or why it is refused.
#[derive(Debug, Args)]
#[command(after_help = "\
The cookie is a value, `name=value`, or a whole `Cookie:` or `Set-Cookie:` line;
without the argument it is read from stdin, and so stays out of the shell's
history: while it lives, it is as good as a password. All that it hides is shown,
so mind who looks on.

A cookie without a name needs --name (sealed); its cookie is `__Host-NAME` unless
--cookie-name says otherwise. A limit is a number and a unit of s, m, h, d, w;
without --idle and --absolute no session is too old. The exit code is 0 for a
session that a handler would get, and 1 for one that is refused.

Examples:
  session inspect --key-file secret-key '__Host-auth=AbTaahI...'
  session inspect --key-env SESSION_KEY --name auth --application shop < value.txt
  session inspect --key-file new --key-file old --idle 30m --absolute 12h < header.txt
  session inspect --key-file secret-key --format fastify --json < value.txt | jq .fields")]
pub(crate) struct Inspect {
    /// The cookie.
    #[arg(value_name = "COOKIE")]
    pub(crate) cookie: Option<String>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    #[command(flatten)]
    pub(crate) kind: KindArgs,

    /// Refuse what was not used for so long, as in `30m`.
    #[arg(long, value_name = LIMIT, default_value = NONE, hide_default_value = true)]
    #[arg(help_heading = "Limits")]
    pub(crate) idle: Limit,

    /// Refuse what is so old, used or not (sealed).
    #[arg(long, value_name = LIMIT, default_value = NONE, hide_default_value = true)]
    #[arg(help_heading = "Limits")]
    pub(crate) absolute: Limit,

    /// Show the names and sizes of the fields, not what is in them.
    #[arg(long, help_heading = "Output")]
    pub(crate) no_fields: bool,

    /// Print one JSON object on one line for each cookie.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Make a cookie from JSON.
#[derive(Debug, Args)]
#[command(after_help = "\
The fields are a JSON object, read from stdin unless a file is given. The session
is new: created and last used now. A sealed one, the default, needs --name; its
cookie is `__Host-NAME` unless --cookie-name says otherwise.

Examples:
  echo '{\"user_id\":7}' | session seal --key-file secret-key --name auth
  curl -b \"$(session seal --key-file secret-key --name auth --cookie user.json)\" URL
  session inspect --key-file old --json < cookie | jq .fields |
    session seal --key-file new --name auth")]
pub(crate) struct Seal {
    /// The file with the fields; `-` is stdin.
    #[arg(value_name = "FILE")]
    pub(crate) fields: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    #[command(flatten)]
    pub(crate) kind: KindArgs,

    /// `#[session(version = …)]` (sealed).
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    #[arg(help_heading = "Kind of cookie")]
    pub(crate) data_version: u32,

    /// Print `name=value`, as a `Cookie` header has it.
    #[arg(long, conflicts_with = "set_cookie", help_heading = "Output")]
    pub(crate) cookie: bool,

    /// Print the `Set-Cookie` line with the default attributes.
    #[arg(long, help_heading = "Output")]
    pub(crate) set_cookie: bool,
}
