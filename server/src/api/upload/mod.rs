//! Uploads: pictures, videos and their limits.

pub mod drain;
pub mod limits;
pub mod pictures;
pub mod reader;
pub mod sealed;
pub mod video;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// The routes. Uploads enforce the configured limits per file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(pictures::receive))
        .routes(routes!(video::receive))
        .layer(DefaultBodyLimit::disable())
}
