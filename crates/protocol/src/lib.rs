//! The wire of nearfar: what the service, the page and the integrator say to one another. No I/O.

pub mod envelope;
pub mod jpeg;
pub mod level;
pub mod light;
pub mod locale;
pub mod manifest;
pub mod motion;
pub mod origin;
pub mod page;
pub mod public;
pub mod result;
pub mod status;
pub mod study;
pub mod ui;
