/// What a sealed upload is for. Ids and nonce are texts without line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The session.
    pub signature_id: &'a str,
    /// The attempt.
    pub attempt_id: &'a str,
    /// The service's nonce of the attempt.
    pub nonce: &'a str,
}

/// What this is, and of which version: other uses of the same keys could not be taken for it.
const LABEL: &str = "nearfar sealed upload 1";

impl Binding<'_> {
    /// HPKE's `info`: the label and the three texts, a line each.
    pub fn info(&self) -> Vec<u8> {
        [LABEL, self.signature_id, self.attempt_id, self.nonce].join("\n").into_bytes()
    }
}
