use serde::{Deserialize, Serialize};

/// The version of the format that is written, and the only one that is read.
pub const FORMAT: u32 = 1;
/// What the signature's header says that it is.
pub const TYPE: &str = "nearfar-capture-record+jws";
/// The name of the manifest among a record's files.
pub const MANIFEST: &str = "manifest";
/// Where the signature is in the archive.
pub const SIGNATURE_PATH: &str = "record.jws";

/// What the service signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// [`FORMAT`].
    pub format: u32,
    /// The session.
    pub signature_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The service's nonce of the attempt, which the manifest holds too.
    pub nonce: String,
    /// When the nonce was given, Unix ms.
    pub nonce_issued_at: i64,
    /// When the upload was acknowledged, Unix ms.
    pub received_at: i64,
    /// When it was judged, Unix ms.
    pub judged_at: i64,
    /// The result's code.
    pub code: String,
    /// 0 to 100; none where the pictures were refused.
    pub score: Option<u8>,
    /// 1 presentation, 2 injection, 3 unsure.
    pub attack_type: Option<u8>,
    /// Every file of the archive but the signature, the manifest first.
    pub files: Vec<FileClaim>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileClaim {
    /// `manifest`, or its name in the manifest.
    pub name: String,
    /// Where it is in the archive.
    pub path: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// Where a file is in the archive.
pub fn path_of(name: &str) -> String {
    let end = if name == MANIFEST { "json" } else { "jpg" };
    format!("{name}.{end}")
}
