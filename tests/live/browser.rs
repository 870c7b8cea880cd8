//! A browser: cookies by RFC 6265bis, and requests over real sockets.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
};

use cookie::Cookie;
use http::Method;

use crate::node::DEADLINE;

/// Browsers drop a cookie whose name and value are longer.
const MAX_COOKIE: usize = 4096;

/// A cookie jar for one host, whatever the port: cookies know no ports.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    /// By path and name, and so in the order in which they are sent, reversed.
    jar: BTreeMap<(String, String), String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) set_cookie: Vec<String>,
    pub(crate) body: String,
}

/// What is sent beside the cookies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

impl<'a> Request<'a> {
    pub(crate) const fn get(path: &'a str) -> Self {
        Self {
            method: &Method::GET,
            path,
            headers: &[],
            body: "",
        }
    }

    pub(crate) const fn post(path: &'a str, body: &'a str) -> Self {
        Self {
            method: &Method::POST,
            body,
            ..Self::get(path)
        }
    }

    pub(crate) const fn with(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }
}

impl Browser {
    /// A browser with one cookie, for all paths.
    pub(crate) fn with(name: &str, value: &str) -> Self {
        let place = ("/".to_owned(), name.to_owned());
        Self {
            jar: BTreeMap::from([(place, value.to_owned())]),
        }
    }

    /// Sends a request with the cookies that belong to its path, and keeps those of the answer.
    pub(crate) fn send(&mut self, port: u16, request: Request<'_>) -> Reply {
        let reply = send(port, request, &self.header(request.path));
        for line in &reply.set_cookie {
            self.keep(line, request.path);
        }
        reply
    }

    /// The Cookie header: longer paths first (5.8.3).
    pub(crate) fn header(&self, path: &str) -> String {
        let belonging = self.jar.iter().rev();
        let belonging = belonging.filter(|((of, _), _)| is_below(of, path));
        let pairs: Vec<_> = belonging
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, line: &str, path: &str) {
        let cookie = Cookie::parse(line).unwrap();
        if cookie.name().len() + cookie.value().len() > MAX_COOKIE {
            return;
        }
        let path = cookie.path().unwrap_or_else(|| default_path(path));
        let place = (path.to_owned(), cookie.name().to_owned());
        let ends = cookie
            .max_age()
            .is_some_and(cookie::time::Duration::is_zero);
        if ends {
            self.jar.remove(&place);
        } else {
            self.jar.insert(place, cookie.value().to_owned());
        }
    }

    /// The paths and names of all cookies.
    pub(crate) fn cookies(&self) -> Vec<(&str, &str)> {
        let places = self.jar.keys();
        places.map(|(path, name)| (&**path, &**name)).collect()
    }
}

/// The path of a cookie that names none (5.1.4): the folder of the request.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => path.get(..end).unwrap_or("/"),
    }
}

/// 5.1.4, path-match.
fn is_below(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

/// A request on a connection of its own. Both servers say how long their answers are, so that none
/// comes in chunks.
pub(crate) fn send(port: u16, request: Request<'_>, cookies: &str) -> Reply {
    let Request {
        method,
        path,
        headers,
        body,
    } = request;
    let length = body.len().to_string();
    let mut all = vec![("host", "localhost"), ("connection", "close")];
    if !cookies.is_empty() {
        all.push(("cookie", cookies));
    }
    if !body.is_empty() {
        all.push(("content-type", "application/json"));
        all.push(("content-length", &length));
    }
    all.extend_from_slice(headers);
    let lines: Vec<_> = all
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let lines = lines.concat();
    let text = format!("{method} {path} HTTP/1.1\r\n{lines}\r\n{body}");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, DEADLINE).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    read(&answer)
}

fn read(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    let status = status.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = headers.split("\r\n").map(|line| line.split_once(": "));
    let values = |wanted: &str| {
        let headers = headers.clone().flatten();
        headers
            .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(values("transfer-encoding"), [""; 0], "{answer}");
    Reply {
        status,
        set_cookie: values("set-cookie"),
        body: body.to_owned(),
    }
}
