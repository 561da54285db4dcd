//! Capture records: what the service received for one attempt and what it judged of it, as one file with a signature,
//! so that whoever stores it can check it years later without the service. The format is in `docs/CAPTURE-RECORD.md`.
//!
//! [`make`] is the service's side, [`check`] the other one; `nearfar verify` is the command around it.

mod claims;
mod error;
pub mod jws;
mod keys;
mod sign;
mod verify;

pub use claims::{Claims, FORMAT, FileClaim, MANIFEST, SIGNATURE_PATH, TYPE, path_of};
pub use error::Error;
pub use keys::{PublicKeys, SigningKey};
pub use sign::sign;
pub use verify::{VerifiedRecord, verify};
