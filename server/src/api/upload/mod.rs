//! Uploads: reading bodies within their limits, and accepting the files of an attempt.

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

/// The routes. An upload counts its bytes itself, file by file, against the limits of the configuration.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(pictures::receive))
        .routes(routes!(video::receive))
        .layer(DefaultBodyLimit::disable())
}
