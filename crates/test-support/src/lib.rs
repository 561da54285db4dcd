//! What the tests of the service share: temporary databases and an object store that fails on demand.

mod lock;
mod objects;
mod on_both;
mod place;
mod postgres;

pub use lock::DatabaseLock;
pub use objects::{Fault, FaultyObjects};
pub use place::TestStorage;
pub use postgres::{Cluster, URL_VARIABLE};
