//! Signs deliveries: HMAC-SHA256 over the time and the body.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The value of the signature header: the time in Unix seconds, and one signature for each secret.
///
/// ```
/// use nearfar_server::webhooks::signature::signature;
///
/// let header = signature(&["whsec_00".to_owned().into()], 1_713_247_589, b"{}");
/// assert_eq!(header, "t=1713247589,v1=b391cf453616ccfaca2da6a4ca4659940c634d8ba30fa3cea9619c8ec71093e7");
/// ```
pub fn signature(secrets: &[Zeroizing<String>], seconds: i64, body: &[u8]) -> String {
    let signatures = secrets.iter().filter_map(|secret| {
        // HMAC takes keys of every length.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(seconds.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(format!(",v1={}", hex::encode(mac.finalize().into_bytes())))
    });
    format!("t={seconds}{}", signatures.collect::<String>())
}
