//! Time-based one-time codes (RFC 6238), as authenticator apps make them, and recovery codes.

use maud::{Markup, html};
use nearfar_store::Entropy;
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::console::ConsoleError;

/// Recovery codes of an operator.
const RECOVERY_CODES: usize = 10;
/// Letters of recovery codes: none that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Length of a recovery code: 80 random bits.
const RECOVERY_LENGTH: usize = 16;
/// The light border of a QR code, in modules.
const QUIET_ZONE: usize = 4;

fn totp(secret: &[u8]) -> Result<Totp, ConsoleError> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(30);
    builder.with_secret(Secret::from(secret)).build().map_err(|error| ConsoleError::internal(&error))
}

/// The time step of a code, if it is one of the current 90 s. The caller makes sure that it counts once.
pub(super) fn matching_step(secret: &[u8], code: &str, now: i64) -> Result<Option<i64>, ConsoleError> {
    let step = totp(secret)?.check(code, now.unsigned_abs() / 1000);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The secret as authenticator apps take it by hand: groups of four.
pub(super) fn base32(secret: &[u8]) -> String {
    let text = Secret::from(secret).to_base32();
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join(" ")
}

/// The QR code that authenticator apps read.
pub(super) fn qr_code(secret: &[u8], name: &str) -> Result<Markup, ConsoleError> {
    let secret = Secret::from(secret).to_base32();
    // Names of operators have only letters, digits, `.`, `_`, `@` and `-`.
    let url = format!("otpauth://totp/nearfar:{name}?secret={secret}&issuer=nearfar");
    let code = QrCode::with_error_correction_level(url, EcLevel::M).map_err(|error| ConsoleError::internal(&error))?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let square = |(at, _): (usize, Color)| format!("M{} {}h1v1h-1z", at % width + QUIET_ZONE, at / width + QUIET_ZONE);
    let path: String = dark.map(square).collect();
    let size = width + 2 * QUIET_ZONE;
    Ok(html! {
        svg.qr role="img" aria-label="QR code for the authenticator app" viewBox={ "0 0 " (size) " " (size) } {
            path fill="#000" d=(path) {}
        }
    })
}

/// New recovery codes, in groups of four.
pub(super) fn recovery_codes(entropy: &Entropy) -> Vec<String> {
    let code = || {
        let mut random = [0; RECOVERY_LENGTH];
        entropy(&mut random);
        // 32 letters divide a byte evenly.
        let letters: Vec<u8> = random.iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
        letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

/// What somebody typed as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Six digits.
    Totp(String),
    /// As [`recovery_codes`] writes it.
    Recovery(String),
}

impl Code {
    /// Ignores spaces, hyphens and case; `None` for neither form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        let text = text.to_ascii_lowercase();
        if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Code::Totp(text));
        }
        let is_recovery = text.len() == RECOVERY_LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        let grouped = || text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-");
        is_recovery.then(|| Code::Recovery(grouped()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B: 94287082, of which six digits remain.
        let secret = b"12345678901234567890";
        assert_eq!(matching_step(secret, "287082", 59_000).unwrap(), Some(1));
        assert_eq!(matching_step(secret, "287082", 89_000).unwrap(), Some(1), "one step later");
        assert_eq!(matching_step(secret, "287082", 90_000).unwrap(), None);
        assert_eq!(matching_step(secret, "287083", 59_000).unwrap(), None);
    }

    #[test]
    fn typed_codes_are_normalised() {
        let entropy: Entropy = Arc::new(|bytes: &mut [u8]| bytes.iter_mut().zip(0..).for_each(|(byte, n)| *byte = n));
        let codes = recovery_codes(&entropy);
        assert_eq!((codes.len(), codes[0].as_str()), (10, "abcd-efgh-jkmn-pqrs"));
        assert_eq!(Code::parse(" ABCD efgh-JKMN-pqrs "), Some(Code::Recovery(codes[0].clone())));
        assert_eq!(Code::parse("123 456"), Some(Code::Totp("123456".into())));
        for wrong in ["", "12345", "abcd-efgh-jkmn-pqr1", "１２３４５６"] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
    }
}
