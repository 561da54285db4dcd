//! The five APIs for integrators, the resources that their responses link to, sessions and statistics.

pub mod audit_images;
pub mod capture_record;
pub mod clear_data;
pub mod configure_ui;
pub mod generate_token;
pub mod get_result;
pub mod get_token;
pub mod scored_attempt;
pub mod sessions;
pub mod statistics;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// Maximum body size. A complete ConfigureUI has a twentieth of it.
const BODY_LIMIT: usize = 256 * 1024;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(generate_token::generate_token))
        .routes(routes!(get_token::get_token))
        .routes(routes!(configure_ui::configure_ui))
        .routes(routes!(get_result::get_result))
        .routes(routes!(clear_data::clear_data))
        .routes(routes!(audit_images::audit_images))
        .routes(routes!(capture_record::capture_record))
        .routes(routes!(capture_record::keys))
        .routes(routes!(sessions::search))
        .routes(routes!(sessions::get))
        .routes(routes!(statistics::statistics))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}
