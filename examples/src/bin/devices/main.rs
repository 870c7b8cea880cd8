//! The devices somebody is signed in on: a list of them, and a button that ends each.
//!
//! `cargo run -p examples --bin devices` keeps sessions in memory. `--store sqlite|redis|postgres`
//! keeps them there, and `--url` says where; `--help` has the rest. The handlers do not change.

mod page;

use std::{error::Error, net::Ipv4Addr, time::Duration};

use axum::{
    Form, Router,
    extract::State,
    http::{HeaderMap, header::USER_AGENT},
    response::{Html, Redirect},
    routing::{get, post},
};
use clap::Parser;
use examples::store::StoreArguments;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, SecureSession, Session, SessionId, SessionRegistry, Sessions, Unmounted,
    store::{SessionLimit, StoreError},
};
use tokio::net::TcpListener;

/// Who is signed in, and on what.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "7d", absolute = "30d", checked)]
struct Auth {
    #[session(principal)]
    user: Option<String>,
    device: String,
    #[session(merge = "add")]
    pages: u64,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

type App = State<Sessions<AppSessions>>;

#[derive(Deserialize)]
struct SignIn {
    user: String,
}

async fn sign_in(
    mut session: Session<Auth>,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Redirect {
    let device = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let device: String = device.unwrap_or("something").chars().take(60).collect();
    session.regenerate();
    session.set_user(form.user).set_device(device);
    Redirect::to("/")
}

async fn sign_out(mut session: Session<Auth>) -> Redirect {
    session.delete();
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Chosen {
    id: String,
}

/// Ends one device. Whose it is, is asked by `of`: nobody can end another's.
async fn end(
    session: Session<Auth>,
    State(sessions): App,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect, StoreError> {
    if let (Some(user), Some(id)) = (user(&session), SessionId::decode(&chosen.id)) {
        sessions.of::<Auth>(&user).end(&id).await?;
    }
    Ok(Redirect::to("/"))
}

async fn end_others(session: Session<Auth>, State(sessions): App) -> Result<Redirect, StoreError> {
    if let (Some(user), Some(this)) = (user(&session), session.meta().id()) {
        sessions.of::<Auth>(&user).end_others(&this).await?;
    }
    Ok(Redirect::to("/"))
}

async fn end_all(session: Session<Auth>, State(sessions): App) -> Result<Redirect, StoreError> {
    if let Some(user) = user(&session) {
        sessions.of::<Auth>(&user).end_all().await?;
    }
    Ok(Redirect::to("/"))
}

async fn index(
    mut session: Session<Auth>,
    State(sessions): App,
) -> Result<Html<String>, StoreError> {
    let Some(user) = user(&session) else {
        return Ok(page::sign_in(session.meta().reason()));
    };
    session.update_pages(|pages| *pages += 1);
    let devices = sessions.of::<Auth>(&user).list().await?;
    Ok(page::devices(&user, session.meta().id(), &devices))
}

fn user(session: &Session<Auth>) -> Option<String> {
    session.user().map(str::to_owned)
}

/// A page that lists the devices somebody is signed in on, and ends them.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let auth = Config::stored(arguments.store.open("devices.db").await?)
        .limit(SessionLimit::new(10))
        .renew_id(Duration::from_secs(3600));
    let app = Unmounted::new(AppSessions { auth })?.mount(|sessions| {
        Router::new()
            .route("/", get(index))
            .route("/sign-in", post(sign_in))
            .route("/sign-out", post(sign_out))
            .route("/end", post(end))
            .route("/end-others", post(end_others))
            .route("/end-all", post(end_all))
            .with_state(sessions)
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    greet(&arguments, listener.local_addr()?.port());
    axum::serve(listener, app).await?;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "this program talks to a person at a terminal"
)]
fn greet(arguments: &Arguments, port: u16) {
    println!(
        "listening on http://localhost:{port}, sessions in {}

Open the address in two browsers (or one and a private window), sign in as the same name in both,
and end one from the other. Or try:

  curl -b phone -c phone http://localhost:{port}/sign-in -d user=ada -A phone
  curl -b laptop -c laptop http://localhost:{port}/sign-in -d user=ada -A laptop
  curl -b laptop -c laptop http://localhost:{port}/ -s | grep '<li>'
  curl -b laptop -c laptop http://localhost:{port}/end-others -X POST
  curl -b phone -c phone http://localhost:{port}/ -s | grep 'signed out'
",
        arguments.store.kind
    );
}
