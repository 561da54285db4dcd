//! The HTTP APIs: for integrators, for the page, and uploads.

pub mod auth;
pub mod integrator;
pub mod json_body;
pub mod page;
pub mod session_view;
pub mod upload;
