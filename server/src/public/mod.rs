//! The five public APIs, and what the links of one of them lead to.

pub mod audit_images;
pub mod capture_record;
pub mod clear_data;
pub mod configure_ui;
pub mod generate_token;
pub mod get_result;
pub mod get_token;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use nearfar_protocol::public::paths;

use crate::app::App;

/// The largest body of a public API; a whole ConfigureUI is a twentieth of it.
const BODY_LIMIT: usize = 256 * 1024;

/// The routes.
pub fn router() -> Router<App> {
    Router::new()
        .route(paths::GENERATE_TOKEN, post(generate_token::generate_token))
        .route(paths::TOKEN, post(get_token::get_token))
        .route(paths::CONFIGURE_UI, post(configure_ui::configure_ui))
        .route(paths::GET_RESULT, post(get_result::get_result))
        .route(paths::CLEAR_DATA, get(clear_data::clear_data))
        .route(audit_images::PATH, get(audit_images::audit_images))
        .route(capture_record::PATH, post(capture_record::capture_record))
        .route(capture_record::KEYS_PATH, get(capture_record::keys))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}
