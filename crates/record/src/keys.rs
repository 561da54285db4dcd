//! Keys for signing and verifying records.

use std::fmt;

use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::DecodePublicKey;
use jsonwebtoken::jwk::{Jwk, JwkSet, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::{Error, jws};

/// DER prefix of the 32 bytes of an Ed25519 private key (RFC 8410).
const PRIVATE: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The key for signing records.
pub struct SigningKey {
    pub(crate) key: EncodingKey,
    /// RFC 7638 thumbprint of the public key.
    pub(crate) id: String,
    public: Jwk,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

impl SigningKey {
    /// Creates the Ed25519 key of this secret.
    ///
    /// # Errors
    /// [`Error::Key`] if the crypto crate rejects it.
    pub fn new(secret: &[u8; 32]) -> Result<Self, Error> {
        jws::install();
        let key = EncodingKey::from_ed_der(&[&PRIVATE[..], secret].concat());
        let unusable = |error: jsonwebtoken::errors::Error| Error::Key(error.to_string());
        let mut public = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(unusable)?;
        let id = public.thumbprint(ThumbprintHash::SHA256).map_err(unusable)?;
        public.common.key_id = Some(id.clone());
        Ok(Self { key, id, public })
    }

    /// The public key as a JWK set, for verification.
    pub fn jwks(&self) -> JwkSet {
        JwkSet { keys: vec![self.public.clone()] }
    }
}

/// The keys for verifying records.
pub struct PublicKeys(Vec<(Option<String>, DecodingKey)>);

impl fmt::Debug for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

impl PublicKeys {
    /// Parses a JWK set, one JWK, or one public key in PEM.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        jws::install();
        let unusable = |error: &dyn fmt::Display| Error::Key(error.to_string());
        if !text.trim_start().starts_with('{') {
            let key = VerifyingKey::from_public_key_pem(text.trim()).map_err(|error| unusable(&error))?;
            return Ok(Self(vec![(None, DecodingKey::from_ed_der(key.as_bytes()))]));
        }
        let set = serde_json::from_str::<JwkSet>(text);
        let set = set.or_else(|_| serde_json::from_str::<Jwk>(text).map(|key| JwkSet { keys: vec![key] }));
        let set = set.map_err(|error| unusable(&error))?;
        let read = |jwk: Jwk| DecodingKey::from_jwk(&jwk).map(|key| (jwk.common.key_id, key));
        let keys: Vec<_> =
            set.keys.into_iter().map(read).collect::<Result<_, _>>().map_err(|error| unusable(&error))?;
        if keys.is_empty() { Err(Error::Key("there is none".into())) } else { Ok(Self(keys)) }
    }

    /// The key with this id. A key without an id matches any.
    pub(crate) fn find(&self, id: Option<&str>) -> Result<&DecodingKey, Error> {
        let fits = |known: &&(Option<String>, DecodingKey)| known.0.is_none() || known.0.as_deref() == id;
        let found = self.0.iter().find(fits).map(|(_, key)| key);
        found.ok_or_else(|| Error::UnknownKey(id.unwrap_or("without an id").chars().take(64).collect()))
    }
}
