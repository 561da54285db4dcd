//! Parses stored manifests.

use nearfar_protocol::manifest::Manifest;
use nearfar_store::Error as StoreError;

/// Parses a stored manifest, which was valid when it was received.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub fn parse_manifest(stored: &[u8]) -> nearfar_store::Result<Manifest> {
    Manifest::parse(stored).map_err(|error| StoreError::Corrupt { what: "manifest", reason: error.to_string() })
}
