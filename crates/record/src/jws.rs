//! HMAC-SHA-512 and Ed25519 for `jsonwebtoken`, implemented with RustCrypto's crates. The built-in provider has all
//! algorithms of the standard and would also compile RSA and two more curves.

use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result};
use jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use sha2::{Digest, Sha256, Sha512};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        ed_pub_components_from_private_key: public_key,
        compute_digest: thumbprint,
        ..KeyUtils::new_unimplemented()
    },
};

/// Registers the algorithms with `jsonwebtoken`. Call it before signing or verifying; repeated calls have no effect.
pub fn install() {
    // The first provider stays.
    let _ = PROVIDER.install_default();
}

struct Hs512(Hmac<Sha512>);

impl Hs512 {
    fn new(family: AlgorithmFamily, secret: &[u8]) -> Result<Self> {
        if family != AlgorithmFamily::Hmac {
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Hmac::new_from_slice(secret).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for Hs512 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs512 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), SignatureError> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs512 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS512
    }
}

impl JwtVerifier for Hs512 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS512
    }
}

struct EdDsaSigner(SigningKey);

impl Signer<Vec<u8>> for EdDsaSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(ed25519_dalek::Signer::sign(&self.0, message).to_vec())
    }
}

impl JwtSigner for EdDsaSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct EdDsaVerifier(VerifyingKey);

impl Verifier<Vec<u8>> for EdDsaVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), SignatureError> {
        let wrong = |_| SignatureError::new();
        let signature = Signature::from_slice(signature).map_err(wrong)?;
        ed25519_dalek::Verifier::verify(&self.0, message, &signature).map_err(wrong)
    }
}

impl JwtVerifier for EdDsaVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match algorithm {
        Algorithm::HS512 => Ok(Box::new(Hs512::new(key.family(), key.as_bytes())?)),
        Algorithm::EdDSA if key.family() == AlgorithmFamily::Ed => {
            Ok(Box::new(EdDsaSigner(private_key(key.as_bytes())?)))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    match algorithm {
        Algorithm::HS512 => Ok(Box::new(Hs512::new(key.family(), key.try_get_as_bytes()?)?)),
        Algorithm::EdDSA if key.family() == AlgorithmFamily::Ed => {
            let bytes = key.try_get_as_bytes()?.try_into().map_err(|_| bad_key())?;
            Ok(Box::new(EdDsaVerifier(VerifyingKey::from_bytes(bytes).map_err(|_| bad_key())?)))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

fn bad_key() -> Error {
    ErrorKind::InvalidEddsaKey.into()
}

fn private_key(der: &[u8]) -> Result<SigningKey> {
    SigningKey::from_pkcs8_der(der).map_err(|_| bad_key())
}

fn public_key(der: &[u8], _: &EllipticCurve) -> Result<Vec<u8>> {
    Ok(private_key(der)?.verifying_key().to_bytes().to_vec())
}

fn thumbprint(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    match hash {
        ThumbprintHash::SHA256 => Ok(Sha256::digest(data).to_vec()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jsonwebtoken::{Header, Validation, decode, encode};
    use serde_json::{Value, json};

    use super::*;

    /// RFC 8037, appendix A: the key, and the signature of the text there.
    const PRIVATE: &str =
        "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    #[test]
    fn ed25519_matches_rfc_8037() {
        install();
        let private = EncodingKey::from_ed_der(&hex::decode(PRIVATE).unwrap());
        let signed = jsonwebtoken::crypto::sign(SIGNED.as_bytes(), &private, Algorithm::EdDSA).unwrap();
        assert_eq!(signed, SIGNATURE);
        let public = DecodingKey::from_ed_der(&hex::decode(PUBLIC).unwrap());
        let holds =
            |text: &str| jsonwebtoken::crypto::verify(SIGNATURE, text.as_bytes(), &public, Algorithm::EdDSA).unwrap();
        assert!(holds(SIGNED));
        assert!(!holds("eyJhbGciOiJFZERTQSJ9.another"));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn hmac_matches_rfc_4231() {
        install();
        let key = EncodingKey::from_secret(b"Jefe");
        let text = b"what do ya want for nothing?";
        let signed = jsonwebtoken::crypto::sign(text, &key, Algorithm::HS512).unwrap();
        assert_eq!(signed, "Fkt6e_z4GeLjlfvnO1bgo4e9ZCIugx_WECcM1-olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw");
        let key = DecodingKey::from_secret(b"Jefe");
        let holds = |text: &[u8]| jsonwebtoken::crypto::verify(&signed, text, &key, Algorithm::HS512).unwrap();
        assert!(holds(text));
        assert!(!holds(b"something else"));
    }

    #[test]
    fn other_algorithms_and_mismatched_keys_are_rejected() {
        install();
        let secret = b"secret of 32 bytes, which a curve".as_slice();
        let claims = json!({ "exp": 4_000_000_000_u64 });
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::EdDSA] {
            assert!(encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(secret)).is_err());
        }
        let private = EncodingKey::from_ed_der(&hex::decode(PRIVATE).unwrap());
        assert!(jsonwebtoken::crypto::sign(b"text", &private, Algorithm::HS512).is_err());
        // A token that asks to be verified with the public key as HMAC secret.
        let public = hex::decode(PUBLIC).unwrap();
        let forged = encode(&Header::new(Algorithm::HS512), &claims, &EncodingKey::from_secret(&public)).unwrap();
        let key = DecodingKey::from_ed_der(&public);
        for algorithm in [Algorithm::HS512, Algorithm::EdDSA] {
            assert!(decode::<Value>(&forged, &key, &Validation::new(algorithm)).is_err());
        }
        let short = DecodingKey::from_ed_der(&public[..31]);
        assert!(jsonwebtoken::crypto::verify(SIGNATURE, SIGNED.as_bytes(), &short, Algorithm::EdDSA).is_err());
    }
}
