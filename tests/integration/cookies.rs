//! Set-Cookie lines, and the headers beside them.

use std::time::{Duration, SystemTime};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, Priority, SameSite, SecureSession, Session, SessionRegistry, Unmounted,
};
use tests::{AppSessions, Auth, Client, key, registry};

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn delete(mut session: Session<Auth>) {
    session.delete();
}

fn app(auth: Config<Auth>) -> Client {
    let router = Router::new()
        .route("/write", get(write))
        .route("/delete", get(delete));
    let registry = AppSessions { auth, ..registry() };
    Client::new(Unmounted::new(registry).unwrap().mount(|_| router))
}

/// The attributes of the one cookie that an answer sets.
fn attributes(line: &str) -> &str {
    line.split_once("; ").unwrap().1
}

#[tokio::test]
async fn d12_d13_d14_d15_d41_the_default_cookie_is_as_closed_as_cookies_can_be() {
    let answer = app(Config::new(key(1))).get("/write").await;
    let line = answer.set_cookies()[0];
    assert!(line.starts_with("__Host-auth="));
    assert_eq!(attributes(line), "Path=/; HttpOnly; Secure; SameSite=Lax");
}

#[tokio::test]
async fn d23_removal_repeats_what_the_cookie_was_set_with() {
    let mut client = app(Config::new(key(1))
        .partitioned(true)
        .priority(Priority::High));
    client.get("/write").await;
    let answer = client.get("/delete").await;
    assert_eq!(
        answer.set_cookies(),
        [
            "__Host-auth=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; \
          Secure; Partitioned; Priority=High; SameSite=Lax"
        ]
    );
}

#[tokio::test]
async fn d18_d41_a_lifetime_is_sent_when_it_is_asked_for() {
    let age = Duration::from_secs(60);
    let answer = app(Config::new(key(1)).max_age(age)).get("/write").await;
    assert!(attributes(answer.set_cookies()[0]).starts_with("Max-Age=60; "));
    let far = SystemTime::now() + Duration::from_secs(1000 * 86_400);
    let answer = app(Config::new(key(1)).expires(far)).get("/write").await;
    let cookie = cookie::Cookie::parse(answer.set_cookies()[0].to_owned()).unwrap();
    let expires = SystemTime::from(cookie.expires_datetime().unwrap());
    let lead = expires.duration_since(SystemTime::now()).unwrap();
    assert!(lead <= Duration::from_secs(34_560_000), "{lead:?}");
}

#[tokio::test]
async fn options_hold_for_one_response_but_the_lifetime() {
    let options = |mut session: Session<Auth>| async move {
        let options = CookieOptions::new()
            .max_age(Duration::from_secs(u64::MAX))
            .same_site(SameSite::Strict)
            .priority(Priority::Low);
        session.options(options).touch();
    };
    let router = Router::new()
        .route("/", get(options))
        .route("/write", get(write));
    let mut client = Client::new(Unmounted::new(registry()).unwrap().mount(|_| router));
    assert_eq!(
        attributes(client.get("/").await.set_cookies()[0]),
        "Max-Age=34560000; Path=/; HttpOnly; Secure; Priority=Low; SameSite=Strict"
    );
    assert_eq!(
        attributes(client.get("/write").await.set_cookies()[0]),
        "Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax"
    );
}

/// A cookie whose domain and path may vary.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "open", cookie_name = "open")]
struct Open {
    n: u32,
}

#[derive(SessionRegistry)]
struct OpenOnly {
    open: Config<Open>,
}

#[tokio::test]
async fn d17_an_option_that_breaks_the_header_is_an_error_and_not_a_header() {
    for bad in ["example.org; Max-Age=1", "a\r\nb", "", &"d".repeat(1025)] {
        let bad = bad.to_owned();
        let handler = move |mut session: Session<Open>| async move {
            session.options(CookieOptions::new().domain(bad)).touch();
        };
        let app = Unmounted::new(OpenOnly {
            open: Config::new(key(1)),
        })
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
        let answer = Client::new(app).get("/").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.set_cookies(), [""; 0]);
    }
}

#[tokio::test]
async fn d17_4096_bytes_are_sent_and_4097_are_an_error() {
    /// Fills the cookie byte by byte.
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "filled", cookie_name = "f")]
    struct Filled {
        text: String,
    }
    #[derive(SessionRegistry)]
    struct FilledOnly {
        filled: Config<Filled>,
    }
    let fill = |mut session: Session<Filled>, uri: http::Uri| async move {
        session.set_text("x".repeat(uri.query().unwrap().parse().unwrap()));
        session.meta().size().unwrap().to_string()
    };
    let app = Unmounted::new(FilledOnly {
        filled: Config::new(key(1)),
    })
    .unwrap()
    .mount(|_| Router::new().route("/", get(fill)));
    let (mut sent, mut refused) = (0, usize::MAX);
    for length in 2800..3000 {
        let answer = Client::new(app.clone()).get(&format!("/?{length}")).await;
        if let [line] = answer.set_cookies()[..] {
            let size = line.split(';').next().unwrap().len() - 1;
            assert_eq!(
                answer.text(),
                size.to_string(),
                "meta().size() foretells the size"
            );
            sent = sent.max(size);
        } else {
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            refused = refused.min(length);
        }
    }
    assert_eq!(sent, 4096);
    assert!(refused < 3000);
}

#[tokio::test]
async fn d17_an_oversized_session_leaves_the_old_cookie_and_names_the_largest_fields() {
    use std::sync::{Arc, Mutex};
    let grow = |mut session: Session<Auth>| async move {
        session.set_email("x".repeat(4000));
    };
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    let settings = session_runtime::Settings::new().on_event(move |event| {
        if let session_runtime::EventKind::Failed(error) = event.kind() {
            *log.lock().unwrap() = error.to_string();
        }
    });
    let router = Router::new()
        .route("/grow", get(grow))
        .route("/write", get(write));
    let mut client = Client::new(
        Unmounted::with_settings(registry(), settings)
            .unwrap()
            .mount(|_| router),
    );
    client.get("/write").await;
    let before = client.cookie("__Host-auth").unwrap().to_owned();
    let answer = client.get("/grow").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(client.cookie("__Host-auth"), Some(&*before));
    let message = seen.lock().unwrap().clone();
    assert!(
        message.contains("largest fields: `email` 4002"),
        "{message}"
    );
    assert!(!message.contains("xxxx"), "{message}");
}

#[tokio::test]
async fn d21_responses_that_carry_or_read_a_session_say_so_to_caches() {
    async fn public(_: Session<Auth>) -> impl IntoResponse {
        [
            (header::CACHE_CONTROL, "public, max-age=60"),
            (header::VARY, "accept"),
        ]
    }
    async fn read(_: Session<Auth>) {}
    async fn untouched() {}
    let router = Router::new()
        .route("/write", get(write))
        .route("/read", get(read))
        .route("/public", get(public))
        .route("/untouched", get(untouched));
    let mut client = Client::new(Unmounted::new(registry()).unwrap().mount(|_| router));
    for (path, control, vary) in [
        ("/write", Some("no-store"), vec!["cookie"]),
        ("/read", Some("private"), vec!["cookie"]),
        (
            "/public",
            Some("public, max-age=60"),
            vec!["accept", "cookie"],
        ),
        ("/untouched", None, vec![]),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("cache-control"), control, "{path}");
        let varies: Vec<_> = answer.headers().get_all("vary").iter().collect();
        assert_eq!(varies, vary, "{path}");
    }
}

#[tokio::test]
async fn the_applications_own_cookies_stay_and_an_earlier_one_of_our_name_goes() {
    async fn own(mut session: Session<Auth>) -> impl IntoResponse {
        session.set_user_id(1);
        axum::response::AppendHeaders([
            (header::SET_COOKIE, "theirs=1"),
            (header::SET_COOKIE, "__Host-auth=stale; Path=/"),
            (header::SET_COOKIE, "theirs2=1"),
        ])
    }
    let router = Router::new().route("/", get(own));
    let mut client = Client::new(Unmounted::new(registry()).unwrap().mount(|_| router));
    let answer = client.get("/").await;
    let names: Vec<_> = answer
        .set_cookies()
        .iter()
        .map(|line| line.split('=').next().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["theirs", "theirs2", "__Host-auth"]);
    assert!(!answer.set_cookies()[2].contains("stale"));
}

#[tokio::test]
async fn over_plain_http_there_is_no_secure_and_no_prefix() {
    let auth = Config::new(key(1))
        .insecure_over_http()
        .same_site(SameSite::None);
    let line = app(auth).get("/write").await.set_cookies()[0].to_owned();
    assert!(line.starts_with("auth="), "{line}");
    assert_eq!(attributes(&line), "Path=/; HttpOnly; SameSite=Lax");
}

#[tokio::test]
async fn a_field_beyond_its_max_len_is_an_error_at_commit() {
    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "bounded")]
    struct Bounded {
        #[session(max_len = 5)]
        text: String,
    }
    #[derive(SessionRegistry)]
    struct BoundedOnly {
        bounded: Config<Bounded>,
    }
    for (text, status) in [
        ("12345", 200),
        ("123456", 500),
        ("1234\"", 500),
        ("日", 200),
        ("日本", 500),
    ] {
        let handler = move |mut session: Session<Bounded>| async move {
            session.set_text(text);
        };
        let app = Unmounted::new(BoundedOnly {
            bounded: Config::new(key(1)),
        })
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
        assert_eq!(Client::new(app).get("/").await.status(), status, "{text}");
    }
}

#[tokio::test]
async fn d38_a_deletion_counts_with_options_that_break_the_header() {
    let handler = |mut session: Session<Open>| async move {
        session.options(CookieOptions::new().domain("a;b")).delete();
    };
    let app = Unmounted::new(OpenOnly {
        open: Config::new(key(1)),
    })
    .unwrap()
    .mount(|_| Router::new().route("/", get(handler)));
    let answer = Client::new(app).get("/").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.set_cookies()[0].starts_with("open=; Max-Age=0; Path=/; "));
}
