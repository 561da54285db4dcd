//! Uploads: the files first, then one transaction that makes them count; and files that follow later.

mod deferred;
mod receive;

pub use deferred::DeferredFile;
pub use receive::{MANIFEST, Receipt, Upload, UploadFile};
