//! An upload that tests can alter before it is sealed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nearfar_sealing::{Binding, seal};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{START, pictures};

/// The session of a page's token.
pub(crate) fn session_of(token: &str) -> String {
    let claims = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok()).expect("a token");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    claims["sub"].as_str().expect("a session").to_owned()
}

/// The binding of a sealed upload.
#[derive(Clone)]
pub(crate) struct SealedFor {
    pub key: Vec<u8>,
    pub signature_id: String,
    pub attempt_id: String,
    pub nonce: String,
}

/// An upload that tests can alter.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub id: String,
    pub sealed_for: SealedFor,
    pub manifest: Value,
    pub parts: Vec<(String, Vec<u8>)>,
}

impl Attempt {
    /// `issued`: the service's response.
    pub(crate) fn new(session_id: &str, id: &str, issued: &Value) -> Self {
        let nonce = issued["nonce"].as_str().expect("a nonce");
        let key = issued["sealingKey"].as_str().and_then(|key| URL_SAFE_NO_PAD.decode(key).ok()).expect("a key");
        let sealed_for = SealedFor { key, signature_id: session_id.into(), attempt_id: id.into(), nonce: nonce.into() };
        let rect = |side: i32| json!({"x": 0, "y": 0, "width": side, "height": side});
        let manifest = json!({
            "nonce": nonce, "farImageTime": START + 1000, "nearImageTime": START + 3000, "cameraType": "WEB_CAMERA",
            "files": [], "ovals": {"far": rect(100), "near": rect(200)}, "viewport": {"width": 360, "height": 640},
            "audit": [{"name": "audit-0", "time": START + 1500, "phase": "near", "code": "keep_still"}],
        });
        let mut attempt = Self { id: id.into(), sealed_for, manifest, parts: Vec::new() };
        attempt.add("far", &pictures::FAR);
        attempt.add("near", &pictures::NEAR);
        attempt.add("audit-0", &pictures::AUDIT);
        attempt
    }

    pub(crate) fn add(&mut self, name: &str, content: &[u8]) {
        let file = json!({"name": name, "sha256": hex::encode(Sha256::digest(content)), "bytes": content.len()});
        self.manifest["files"].as_array_mut().expect("files").push(file);
        self.parts.push((name.into(), content.to_vec()));
    }

    /// Replaces the content of a file.
    pub(crate) fn replace(&mut self, name: &str, content: &[u8]) {
        self.parts.retain(|(known, _)| known != name);
        self.manifest["files"].as_array_mut().expect("files").retain(|file| file["name"] != name);
        self.add(name, content);
    }

    /// The request's body.
    pub(crate) fn body(&self) -> Vec<u8> {
        let SealedFor { key, signature_id, attempt_id, nonce } = &self.sealed_for;
        let manifest = self.manifest.to_string();
        let files = self.parts.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        let parts: Vec<_> = std::iter::once(("manifest", manifest.as_bytes())).chain(files).collect();
        seal(key, &Binding { signature_id, attempt_id, nonce }, [5; 32], &parts).expect("sealed")
    }
}
