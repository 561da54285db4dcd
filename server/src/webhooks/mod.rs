//! Webhooks: builds, signs and sends events. The worker decides when, `nearfar-store` keeps them.

pub mod addresses;
pub mod backoff;
pub mod endpoint_url;
pub mod event;
pub mod sender;
pub mod signature;
