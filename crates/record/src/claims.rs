//! The signed claims of a record.

use serde::{Deserialize, Serialize};

/// Version of the format. Only this one is written and read.
pub const FORMAT: u32 = 1;
/// The `typ` of the signature's header.
pub const TYPE: &str = "nearfar-capture-record+jws";
/// The `typ` of a record of a sandbox account. A reader of real records does not accept it.
pub const SANDBOX_TYPE: &str = "nearfar-sandbox-record+jws";
/// Name of the manifest among a record's files.
pub const MANIFEST: &str = "manifest";
/// Path of the signature in the archive.
pub const SIGNATURE_PATH: &str = "record.jws";

/// The signed claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// [`FORMAT`].
    pub format: u32,
    /// The session.
    pub signature_id: String,
    /// The attempt.
    pub attempt_id: String,
    /// The service's nonce of the attempt, which the manifest contains as well.
    pub nonce: String,
    /// When the nonce was issued, Unix ms.
    pub nonce_issued_at: i64,
    /// When the upload was acknowledged, Unix ms.
    pub received_at: i64,
    /// When the attempt was scored, Unix ms.
    pub judged_at: i64,
    /// The result's code.
    pub code: String,
    /// 0 to 100; `None` if the pictures were rejected.
    pub score: Option<u8>,
    /// 1 presentation, 2 injection, 3 undetermined.
    pub attack_type: Option<u8>,
    /// Whether a test chose the result: a record of a sandbox account, which proves nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub sandbox: bool,
    /// All files of the archive except the signature, the manifest first.
    pub files: Vec<FileClaim>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileClaim {
    /// `manifest`, or its name in the manifest.
    pub name: String,
    /// Path in the archive.
    pub path: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// Path of a file in the archive.
pub fn path_of(name: &str) -> String {
    let end = if name == MANIFEST { "json" } else { "jpg" };
    format!("{name}.{end}")
}
