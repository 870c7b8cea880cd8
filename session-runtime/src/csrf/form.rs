//! The token in a form, which is read and put back.

use axum_core::body::Body;
use http::{HeaderMap, header::CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

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
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(CsrfRejection::FormTooLarge),
        Err(_) => Err(CsrfRejection::FormUnreadable),
    }
}

/// The first value of the field `name` that can be a token, which is of ASCII.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    let fields = form_urlencoded::parse(form).filter(|(known, _)| known == name);
    let mut values = fields.map(|(_, value)| value.into_owned());
    values.find(|value| !value.is_empty() && value.is_ascii())
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
        // As browsers write it.
        let nested = field(b"form%5Bcsrf+token%5D=a-b", "form[csrf token]");
        assert_eq!(nested.as_deref(), Some("a-b"));
    }

    #[tokio::test]
    async fn o10_no_more_of_a_form_is_read_than_its_limit() {
        let form = || Body::from(vec![b'a'; 100]);
        assert_eq!(read(form(), 100).await.unwrap().len(), 100);
        assert_eq!(read(form(), 99).await, Err(CsrfRejection::FormTooLarge));
    }
}
