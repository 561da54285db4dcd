//! The HTTP APIs: the integrator's five, the page's own, uploads, and what all of them share.

pub mod auth;
pub mod integrator;
pub mod json_body;
pub mod page;
pub mod session_view;
pub mod upload;
