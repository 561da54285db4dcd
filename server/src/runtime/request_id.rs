//! Request ids: one for each request, from the proxy or drawn here, in every answer and log line.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries a request's id, in both directions.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum length of a proxy's id, in bytes.
const MAX_LENGTH: usize = 128;

/// The request's id: that of the `X-Request-Id` header if it has 1 to 128 letters, digits, `-`, `_`, `.` or `:`, which
/// cannot forge a log line, otherwise `drawn`.
pub fn of(headers: &HeaderMap, drawn: &str) -> String {
    let sent = headers.get(&HEADER).and_then(|value| value.to_str().ok());
    sent.filter(|id| is_valid(id)).unwrap_or(drawn).to_owned()
}

fn is_valid(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(allowed)
}

/// Adds the id to an answer's headers.
pub fn add(headers: &mut HeaderMap, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HEADER, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_accepted() {
        let of = |sent: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_bytes(sent).unwrap());
            super::of(&headers, "drawn")
        };
        assert_eq!(of(b"7d1c:a-b_c.9"), "7d1c:a-b_c.9");
        assert_eq!(of("x".repeat(128).as_bytes()), "x".repeat(128));
        for refused in [&b""[..], b"a b", b"a\tb", b"a\"b", b"a=b", b"{}", "é".as_bytes(), &[b'x'; 129]] {
            assert_eq!(of(refused), "drawn", "{refused:?}");
        }
        assert_eq!(super::of(&HeaderMap::new(), "drawn"), "drawn");
    }
}
