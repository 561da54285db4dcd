//! Shared test support of the service: temporary databases, and an object store that fails on demand.

mod lock;
mod objects;
mod on_both;
mod postgres;
mod storage;

pub use lock::DatabaseLock;
pub use objects::{Fault, FaultyObjects};
pub use postgres::{Cluster, URL_VARIABLE};
pub use storage::TestStorage;
