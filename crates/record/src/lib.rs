//! Capture records: one signed file with everything that the service received for an attempt and its verdict, so that
//! it can be verified years later without the service. Format: `docs/CAPTURE-RECORD.md`.
//!
//! [`sign`] creates a record, [`verify`] checks it; `nearfar verify` is the command. Records of sandbox accounts are of
//! another type, which only [`verify_sandbox`] accepts.
//!
//! ```no_run
//! use nearfar_record::{PublicKeys, verify};
//! let keys = PublicKeys::parse(&std::fs::read_to_string("jwks.json")?)?;
//! let record = verify(std::fs::File::open("record.zip")?, &keys)?;
//! println!("session {} has the code {}", record.claims.signature_id, record.claims.code);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod error;
pub mod jws;
mod keys;
mod sign;
mod verify;

pub use claims::{Claims, FORMAT, FileClaim, MANIFEST, SANDBOX_TYPE, SIGNATURE_PATH, TYPE, path_of};
pub use error::Error;
pub use keys::{PublicKeys, SigningKey};
pub use sign::sign;
pub use verify::{VerifiedRecord, verify, verify_sandbox};
