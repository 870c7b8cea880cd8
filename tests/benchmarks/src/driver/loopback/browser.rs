//! A browser that keeps its cookies, and asks one server one thing at a time.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::Outcome;

const DEADLINE: Duration = Duration::from_secs(10);

pub(super) struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(super) const fn new(port: u16) -> Self {
        Self {
            port,
            cookies: BTreeMap::new(),
        }
    }

    /// What a `GET` answers; anything but 200 is an error.
    pub(super) fn get(&mut self, path: &str) -> Outcome<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(DEADLINE))?;
        let cookie = match self.cookie() {
            cookie if cookie.is_empty() => String::new(),
            cookie => format!("Cookie: {cookie}\r\n"),
        };
        let head = format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n{cookie}");
        stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default();
        if !status.starts_with("HTTP/1.1 200") {
            return Err(format!("/{path}: {status}").into());
        }
        for line in lines {
            self.keep(line);
        }
        Ok(body.to_owned())
    }

    /// The header that it sends; empty before the first cookie.
    pub(super) fn cookie(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(": ") else {
            return;
        };
        let pair = value
            .split(';')
            .next()
            .and_then(|pair| pair.split_once('='));
        if let (true, Some((name, value))) = (name.eq_ignore_ascii_case("set-cookie"), pair) {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
