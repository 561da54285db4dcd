//! What the service serves besides the APIs: the page's files, the API documentation, health.

pub mod api_docs;
pub mod content_security;
mod docs_path;
pub mod health;
pub mod openapi;
pub mod site;
