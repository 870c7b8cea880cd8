//! The same small application with actix-web and actix-session, its session encrypted in a cookie;
//! `actix plain` without any.
//!
//! On a free port, which its first line says, until standard input ends.

use std::{
    error::Error,
    io::{self, Read, Write},
};

use actix_session::{Session, SessionMiddleware, storage::CookieSessionStore};
use actix_web::{
    App, HttpResponse, HttpServer,
    cookie::Key,
    error::{ErrorInternalServerError, ErrorUnauthorized},
    web,
};

type Answer = actix_web::Result<&'static str>;

const USER: u64 = 107;

async fn ok() -> &'static str {
    "ok"
}

async fn sign_in(session: Session) -> Answer {
    session.insert("user_id", USER)?;
    session.insert("email", "ada.lovelace@example.org")?;
    session.insert("roles", ["user", "editor"])?;
    session.insert("theme", "solarized")?;
    session.insert(
        "csrf",
        "c5f2a1d09be84f7ba2d1e6c3f0a98b7d4e6f80132b5d7a9cb1c3e5f708294a6d",
    )?;
    session.insert("visits", 0)?;
    Ok("ok")
}

async fn read(session: Session) -> Answer {
    match session.get::<u64>("user_id")? {
        Some(USER) => Ok("ok"),
        _ => Err(ErrorUnauthorized("nobody")),
    }
}

async fn write(session: Session) -> Answer {
    let visits: u32 = session.get("visits")?.ok_or(ErrorUnauthorized("nobody"))?;
    session.insert("visits", visits + 1)?;
    Ok("ok")
}

async fn visits(session: Session) -> actix_web::Result<HttpResponse> {
    let visits: u32 = session
        .get("visits")?
        .ok_or(ErrorInternalServerError("nobody"))?;
    Ok(HttpResponse::Ok().body(visits.to_string()))
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sign-in", web::get().to(sign_in))
        .route("/untouched", web::get().to(ok))
        .route("/read", web::get().to(read))
        .route("/write", web::get().to(write))
        .route("/visits", web::get().to(visits));
}

fn plain_routes(config: &mut web::ServiceConfig) {
    for path in ["/untouched", "/read", "/write"] {
        config.route(path, web::get().to(ok));
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = ("127.0.0.1", 0);
    let key = Key::generate();
    if std::env::args().nth(1).as_deref() == Some("plain") {
        let server = HttpServer::new(|| App::new().configure(plain_routes)).bind(address)?;
        say(&server.addrs())?;
        return until_told(server.workers(1).run()).await;
    }
    let server = HttpServer::new(move || {
        let store = CookieSessionStore::default();
        App::new()
            .wrap(SessionMiddleware::new(store, key.clone()))
            .configure(routes)
    });
    let server = server.bind(address)?;
    say(&server.addrs())?;
    until_told(server.workers(1).run()).await
}

fn say(addresses: &[std::net::SocketAddr]) -> Result<(), Box<dyn Error>> {
    let address = addresses.first().ok_or("no address")?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", address.port())?;
    Ok(out.flush()?)
}

async fn until_told(server: actix_web::dev::Server) -> Result<(), Box<dyn Error>> {
    let handle = server.handle();
    std::thread::spawn(move || {
        // Whatever comes, it is the end: nothing is ever written there.
        let _ = io::stdin().read(&mut [0]);
        // The server stops while its future is polled below.
        drop(handle.stop(false));
    });
    Ok(server.await?)
}
