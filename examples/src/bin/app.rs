//! A small tea shop: the library as a product would use it.
//!
//! `cargo run -p examples --bin app` needs no server, no file and no variable, and prints what to
//! try. `--store sqlite` keeps sessions and accounts in a file; `--store redis|postgres` keeps the
//! sessions there, `--url` says where, and accounts stay in memory. `SESSION_KEY` (64 hex digits or
//! base64) keeps carts and preferences over a restart; without it a key is made for the run.
//! `RUST_LOG=session=debug` shows what happens to the sessions.
//!
//! The lessons are in `examples/src/app`, a file each:
//!
//! | lesson | file |
//! |---|---|
//! | several sessions, in a store and in cookies | `sessions` |
//! | signing in and out, "remember me" | `sign_in`, `sign_up` |
//! | a rate limit for passwords, argon2 | `attempts`, `password` |
//! | pages for members, the way back after signing in | `page/member` |
//! | the password once more before what is dangerous | `confirm`, `security` |
//! | where somebody is signed in, and ending it | `devices` |
//! | a cart without an account | `cart` |
//! | messages that appear once, tokens for forms | `visit` |
//! | theme and language | `preferences`, `text` |
//! | a live page that ends with its session | `live` |
//! | counters | `counters`, `admin` |
//! | a store that is down | `page`, `failed` |
//! | a strict content security policy, files that are cached | `headers`, `assets` |

use std::{error::Error, net::Ipv4Addr};

use clap::Parser;
use examples::{
    app::{self, DEMO_EMAIL, DEMO_PASSWORD, Settings, Users},
    store::{Kind, StoreArguments},
};
use session_runtime::Key;
use tokio::net::TcpListener;

/// A small shop that uses sessions as a product would.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// The port to listen on; 0 for any that is free. Default: 3000, or any if that is taken.
    #[arg(long, env = "PORT")]
    port: Option<u16>,
}

/// Where SQLite keeps sessions and accounts.
const FILE: &str = "app.db";
const KEY: &str = "SESSION_KEY";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let store = arguments.store.open(FILE).await?;
    let users = match arguments.store.kind {
        Kind::Sqlite => Users::in_sqlite(arguments.store.file(FILE))?,
        _ => Users::in_memory()?,
    };
    let has_key = std::env::var_os(KEY).is_some();
    let key = if has_key {
        Key::from_env(KEY)?
    } else {
        Key::generate()?
    };
    let listener = listen(arguments.port).await?;
    greet(&arguments, has_key, listener.local_addr()?.port());
    app::serve(listener, Settings::new(store, users, key)).await
}

async fn listen(port: Option<u16>) -> std::io::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, 3000)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
    }
}

#[expect(
    clippy::print_stdout,
    reason = "this program talks to a person at a terminal"
)]
fn greet(arguments: &Arguments, has_key: bool, port: u16) {
    let store = arguments.store.kind;
    let accounts = match store {
        Kind::Sqlite => "in the same file",
        _ => "in memory",
    };
    let key = if has_key {
        "from SESSION_KEY"
    } else {
        "made for this run"
    };
    println!(
        "listening on http://localhost:{port}

who is signed in: {store}; accounts: {accounts}; key of the cookies: {key}
an account to try, which may see the counters:

  {DEMO_EMAIL}
  {DEMO_PASSWORD}

Open the address in a browser and

  put tea into the cart before you sign in, and find it there after
  sign in, and open Account, Activity: a live page
  sign in in a second browser too (or a private window), and watch the live page
  sign that one out from Account, Devices, and see what its pages say
  change the password: it asks for the old one, unless you gave it a moment ago
  switch theme and language; turn JavaScript off; open the counters under Admin
"
    );
}
