//! Uploads: files are written first, then committed in one transaction. Deferred files follow.

mod deferred;
mod receive;

pub use deferred::DeferredFile;
pub use receive::{MANIFEST, Receipt, Upload, UploadFile};
