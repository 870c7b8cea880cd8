//! Names and attributes that browsers would drop the cookie for.

use proc_macro2::Span;

use crate::{
    attr::{
        Given,
        container::{Format, SameSite},
    },
    ctxt::Ctxt,
    model::{Session, Text},
};

pub(crate) fn check(cx: &Ctxt, session: &Session<'_>) {
    name_is_given_for_node(cx, session);
    if name_is_text(cx, session) && cookie_name_is_token(cx, session) {
        prefix_is_known(cx, &session.cookie_name);
    }
    host_prefix_is_of_one_host(cx, session);
    secure_is_not_needed(cx, session);
    path_is_path(cx, session);
    domain_is_host(cx, session);
}

/// `#[session(format = "fastify")] struct Auth` – the cookie's name is agreed with Node.
fn name_is_given_for_node(cx: &Ctxt, session: &Session<'_>) {
    let attr = &session.attr;
    if session.format == Format::Fastify && attr.name.is_none() && attr.cookie_name.is_none() {
        let at = attr
            .format
            .as_ref()
            .map_or_else(|| session.ident.span(), |format| format.at);
        cx.error(
            at,
            "the fastify format needs the name of Node's cookie, write it as `cookie_name = \"…\"` \
             (`\"session\"` where Node sets none)",
        );
    }
}

/// `name = ""`
fn name_is_text(cx: &Ctxt, session: &Session<'_>) -> bool {
    let Text { value, at } = &session.name;
    let usable = !value.is_empty() && !value.chars().any(char::is_control);
    if !usable {
        cx.error(
            *at,
            "expected a name, not empty and without control characters: `name = \"auth\"`",
        );
    }
    usable
}

/// `cookie_name = "my session"`, or a `name` that cannot be the cookie's name too.
fn cookie_name_is_token(cx: &Ctxt, session: &Session<'_>) -> bool {
    let Text { value, at } = &session.cookie_name;
    let fault = match value.chars().find(|c| !is_token_char(*c)) {
        Some(c) => format!(
            "`{}` is not allowed in the name of a cookie",
            c.escape_debug()
        ),
        None if value.is_empty() => "the name of a cookie cannot be empty".to_owned(),
        None => return true,
    };
    let remedy = match session.attr.cookie_name {
        Some(_) => "use ASCII letters, digits, `-` and `_`",
        None => "which `name` is too: give the cookie its own, `cookie_name = \"…\"`",
    };
    cx.error(*at, format!("{fault}, {remedy}"));
    false
}

/// RFC 9110, 5.6.2: what RFC 6265 calls a token.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// `cookie_name = "__host-auth"`: browsers compare prefixes without case, this library's request
/// side with it.
fn prefix_is_known(cx: &Ctxt, name: &Text) {
    let lower = name.value.to_ascii_lowercase();
    for unsupported in ["__Host-Http-", "__Http-"] {
        if lower.starts_with(&unsupported.to_ascii_lowercase()) {
            let message =
                format!("the prefix `{unsupported}` is not supported, write `__Host-` instead");
            return cx.error(name.at, message);
        }
    }
    for prefix in ["__Host-", "__Secure-"] {
        let twice = format!("{prefix}{prefix}").to_ascii_lowercase();
        let message = if lower.starts_with(&twice) {
            format!("the cookie is called `{prefix}…` already, leave the prefix out of `name`")
        } else if lower.starts_with(&prefix.to_ascii_lowercase()) && !name.value.starts_with(prefix)
        {
            let rest = name.value.get(prefix.len()..).unwrap_or_default();
            format!("browsers know the prefix as `{prefix}`, write `{prefix}{rest}`")
        } else if lower == prefix.to_ascii_lowercase() {
            format!("a name is missing after `{prefix}`")
        } else {
            continue;
        };
        return cx.error(name.at, message);
    }
}

/// `cookie_name = "__Host-auth", domain = "example.org"`
fn host_prefix_is_of_one_host(cx: &Ctxt, session: &Session<'_>) {
    let name = &session.cookie_name.value;
    if !name.starts_with("__Host-") {
        return;
    }
    let remedy = match session.attr.cookie_name {
        Some(_) => format!(
            "or rename the cookie to `__Secure-{}`",
            name.trim_start_matches("__Host-")
        ),
        None => format!(
            "or write `cookie_name = \"__Secure-{}\"`",
            session.name.value
        ),
    };
    if let Some(domain) = &session.attr.domain {
        let message = format!("a `__Host-` cookie has no `domain`: leave it out, {remedy}");
        cx.error(domain.at, message);
    }
    if let Some(path) = &session.attr.path
        && path.value.value() != "/"
    {
        let message = format!("a `__Host-` cookie has the path `/`: leave `path` out, {remedy}");
        cx.error(path.at, message);
    }
}

/// `secure = false` with anything that browsers accept over https alone.
fn secure_is_not_needed(cx: &Ctxt, session: &Session<'_>) {
    let attr = &session.attr;
    let Some(Given {
        at, value: false, ..
    }) = attr.secure
    else {
        return;
    };
    let name = &session.cookie_name.value;
    let prefix = ["__Host-", "__Secure-"]
        .into_iter()
        .find(|prefix| name.starts_with(prefix));
    let cause = if let Some(prefix) = prefix {
        format!("a `{prefix}` cookie")
    } else if given(attr.same_site.as_ref()) == Some(SameSite::None) {
        "`same_site = \"none\"`".to_owned()
    } else if given(attr.partitioned.as_ref()) == Some(true) {
        "`partitioned`".to_owned()
    } else {
        return;
    };
    cx.error(
        at,
        format!(
            "{cause} needs `secure = true`, or browsers drop the cookie; for development over \
             plain http there is `Config::insecure_over_http`"
        ),
    );
}

fn given<T: Copy>(given: Option<&Given<T>>) -> Option<T> {
    given.map(|given| given.value)
}

/// `path = "app"`
fn path_is_path(cx: &Ctxt, session: &Session<'_>) {
    let Some(path) = &session.attr.path else {
        return;
    };
    let value = path.value.value();
    if !value.starts_with('/') {
        cx.error(
            path.at,
            format!("a path starts with `/`: `path = \"/{value}\"`"),
        );
    } else if let Some(c) = value
        .chars()
        .find(|c| c.is_control() || *c == ';' || !c.is_ascii())
    {
        let message = format!(
            "`{}` is not allowed in a path: percent-encode it",
            c.escape_debug()
        );
        cx.error(path.at, message);
    }
    fits(cx, path.at, "path", &value);
}

/// `domain = "https://example.org"`
fn domain_is_host(cx: &Ctxt, session: &Session<'_>) {
    let Some(domain) = &session.attr.domain else {
        return;
    };
    let value = domain.value.value();
    let label = |label: &str| {
        let hyphens = label.starts_with('-') || label.ends_with('-');
        !label.is_empty()
            && !hyphens
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !value.split('.').all(label) {
        cx.error(
            domain.at,
            "expected a host name in ASCII, without scheme, port or leading dot: \
             `domain = \"example.org\"`",
        );
    }
    fits(cx, domain.at, "domain", &value);
}

/// Browsers ignore longer attributes (RFC 6265bis, 5.6).
fn fits(cx: &Ctxt, at: Span, key: &str, value: &str) {
    if value.len() > 1024 {
        cx.error(
            at,
            format!("`{key}` has {} bytes, and browsers read 1024", value.len()),
        );
    }
}
