//! The HTTP APIs: the integrator's five, the page's own, uploads, and what all of them share.

pub mod auth;
pub mod integrator;
pub mod json_body;
pub mod openapi;
pub mod page;
pub mod rate_limit;
pub mod response;
pub mod router;
pub mod session_view;
pub mod tokens;
pub mod upload;
