//! The binding of an upload to one attempt.

/// The attempt that a sealed upload belongs to. Ids and nonce are strings without line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The session.
    pub signature_id: &'a str,
    /// The attempt.
    pub attempt_id: &'a str,
    /// The service's nonce of the attempt.
    pub nonce: &'a str,
}

/// Purpose and version: separates this from other uses of the same keys.
const LABEL: &str = "nearfar sealed upload 1";

impl Binding<'_> {
    /// HPKE's `info`: the label and the three strings, one per line.
    pub fn info(&self) -> Vec<u8> {
        [LABEL, self.signature_id, self.attempt_id, self.nonce].join("\n").into_bytes()
    }
}
