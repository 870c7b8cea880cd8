//! Two typed sessions in one app: who is signed in, and what they prefer.
//!
//! `cargo run -p examples --bin quickstart` needs no server, no file and no variable. It prints
//! its address, for a browser, and the `curl` lines that do the same. `PORT` chooses the port,
//! `RUST_LOG=session=trace` shows each step.

use std::{error::Error, net::Ipv4Addr};

use axum::{
    Form, Router,
    http::{StatusCode, header::LOCATION},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use maud::{DOCTYPE, html};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};
use tokio::net::TcpListener;

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m", absolute = "12h")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

impl Auth {
    fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}

/// What this browser prefers, signed in or not. Kept for a year.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs", idle = "365d", absolute = "none", max_age = "365d")]
struct Prefs {
    theme: String,
    visits: u32,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn login(mut session: Session<Auth>, Form(form): Form<Login>) -> Response {
    // A new session for a new person: nothing that was there before comes along.
    session.regenerate();
    session
        .set_user_id(7)
        .set_email(form.email)
        .set_roles(vec!["user".to_owned()]);
    done("signed in")
}

async fn profile(session: Session<Auth>) -> String {
    let (id, email) = (
        session.user_id().unwrap_or_default(),
        session.email().unwrap_or_default(),
    );
    let age = session.meta().age().as_secs();
    format!(
        "user {id}, {email}, roles {:?}, signed in for {age} s\n",
        session.roles()
    )
}

async fn sudo(mut session: Session<Auth>) -> Response {
    // More rights, same person: a new id, and only the fields named here come along.
    session
        .regenerate_keep(Auth::USER_ID | Auth::EMAIL)
        .set_roles(vec!["admin".to_owned()]);
    done("you are admin now")
}

async fn logout(mut session: Session<Auth>) -> Response {
    session.delete();
    done("signed out")
}

async fn require_login(
    session: Session<Auth>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    if session.user_id().is_none() {
        return (StatusCode::UNAUTHORIZED, "sign in first\n").into_response();
    }
    next.run(request).await
}

#[derive(Deserialize)]
struct Theme {
    theme: String,
}

async fn theme(mut prefs: Session<Prefs>, Form(form): Form<Theme>) -> Response {
    prefs.set_theme(form.theme);
    done("theme set")
}

async fn page(session: Session<Auth>, mut prefs: Session<Prefs>) -> Html<String> {
    prefs.update_visits(|visits| *visits += 1);
    let dark = prefs.theme() == "dark";
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Quickstart" }
                style { (if dark { DARK } else { LIGHT }) (STYLE) }
            }
            body {
                h1 { "Quickstart" }
                @if let Some(email) = session.email() {
                    p { "Signed in as " strong { (email) } @if session.is_admin() { ", admin" } "." }
                    p { a href="/me" { "Profile" } }
                    form method="post" action="/sudo" { button { "Become admin" } }
                    form method="post" action="/logout" { button { "Sign out" } }
                } @else {
                    form method="post" action="/login" {
                        label { "E-mail " input type="email" name="email" required value="ada@example.org"; }
                        button { "Sign in" }
                    }
                }
                form method="post" action="/theme" {
                    button name="theme" value=(if dark { "light" } else { "dark" }) { "Change theme" }
                }
                p { "Visit " (prefs.visits()) " of this browser." }
            }
        }
    };
    Html(page.into_string())
}

const STYLE: &str = "body{font:1.1rem/1.6 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}\
    form{margin:1rem 0}button,input{font:inherit;padding:.3rem .8rem}";
const LIGHT: &str = ":root{color-scheme:light}";
const DARK: &str = ":root{color-scheme:dark}";

/// The answer to a form: one line for `curl`, and the way back for a browser.
fn done(text: &str) -> Response {
    (
        StatusCode::SEE_OTHER,
        [(LOCATION, "/")],
        format!("{text}\n"),
    )
        .into_response()
}

fn app(key: &Key) -> Result<Router, Box<dyn Error>> {
    // One key serves both: a sealed cookie is bound to its session.
    let registry = AppSessions {
        auth: Config::new(key.clone()),
        prefs: Config::new(key.clone()),
    };
    Ok(Unmounted::new(registry)?.mount(|_| {
        let private = Router::new()
            .route("/me", get(profile))
            .route("/sudo", post(sudo))
            .route_layer(from_fn(require_login));
        Router::new()
            .route("/", get(page))
            .route("/login", post(login))
            .route("/logout", post(logout))
            .route("/theme", post(theme))
            .merge(private)
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let app = app(&Key::generate()?)?;
    let listener = listen().await?;
    greet(listener.local_addr()?.port());
    axum::serve(listener, app).await?;
    Ok(())
}

/// The port in `PORT`, else 3000, else any that is free.
async fn listen() -> Result<TcpListener, Box<dyn Error>> {
    if let Ok(port) = std::env::var("PORT") {
        return Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?);
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, 3000)).await {
        Ok(listener) => Ok(listener),
        Err(_) => Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?),
    }
}

#[expect(
    clippy::print_stdout,
    reason = "this program talks to a person at a terminal"
)]
fn greet(port: u16) {
    println!(
        "listening on http://localhost:{port}

The key that seals the cookies was made for this run: restart, and everybody is signed out.

Open the address in a browser, or try:

  curl -b jar -c jar http://localhost:{port}/login -d email=ada@example.org
  curl -b jar -c jar http://localhost:{port}/me
  curl -b jar -c jar http://localhost:{port}/theme -d theme=dark
  curl -b jar -c jar http://localhost:{port}/sudo -X POST
  curl -b jar -c jar http://localhost:{port}/me
  curl -b jar -c jar http://localhost:{port}/logout -X POST
  curl -b jar -c jar http://localhost:{port}/me
"
    );
}
