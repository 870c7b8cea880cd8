//! The token in a form, which is read and put back.

use std::{future::poll_fn, pin::pin};

use axum_core::body::Body;
use http::{HeaderMap, header::CONTENT_TYPE};
use http_body::Body as _;
use percent_encoding::percent_decode;

use super::CsrfRejection;

/// Whether the body is a form whose fields can be read. One with files is not: it comes in parts of any
/// size.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let essence = headers.get(CONTENT_TYPE).and_then(|value| {
        let text = value.to_str().ok()?;
        Some(text.split(';').next().unwrap_or(text).trim())
    });
    essence.is_some_and(|it| it.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The whole body, if it has `limit` bytes at most.
pub(super) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, CsrfRejection> {
    let least = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if least > limit {
        return Err(CsrfRejection::FormTooLarge);
    }
    let mut bytes = Vec::with_capacity(least);
    let mut body = pin!(body);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| CsrfRejection::FormUnreadable)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if data.len() > limit.saturating_sub(bytes.len()) {
            return Err(CsrfRejection::FormTooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// The first value of the field `name`.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    let mut pairs = form.split(|byte| *byte == b'&');
    pairs.find_map(|pair| {
        let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        percent_decode(value).decode_utf8().ok().map(String::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o10_a_field_is_found_by_its_whole_name() {
        let form = b"xcsrf=1&csrf2=2&csrf&csrf=a%2Db&csrf=c";
        assert_eq!(field(form, "csrf").as_deref(), Some("a-b"));
        assert_eq!(field(b"", "csrf"), None);
        assert_eq!(field(b"csrf=%ff", "csrf"), None);
    }

    #[tokio::test]
    async fn o10_no_more_of_a_form_is_read_than_its_limit() {
        let form = || Body::from(vec![b'a'; 100]);
        assert_eq!(read(form(), 100).await.unwrap().len(), 100);
        assert_eq!(read(form(), 99).await, Err(CsrfRejection::FormTooLarge));
    }
}
