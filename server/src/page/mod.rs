//! The page's own API. Every request but the claim of a link bears the token of one session and device.

pub mod attempts;
pub mod draining;
pub mod file;
pub mod handoff;
pub mod problems;
pub mod sealed;
pub mod session;
pub mod status;
pub mod upload;
pub mod upload_body;
pub mod video;
pub mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};

use crate::app::App;

/// The largest body of anything but an upload.
const BODY_LIMIT: usize = 16 * 1024;

/// The routes.
pub fn router(app: &App) -> Router<App> {
    let small = Router::new()
        .route("/h5/api/v1/session", get(session::session))
        .route("/h5/api/v1/status", get(status::status))
        .route("/h5/api/v1/attempts", post(attempts::create))
        .route("/h5/api/v1/handoff", post(handoff::create))
        .route("/h5/api/v1/handoff/claim", post(handoff::claim))
        .route("/h5/api/v1/handoff/{id}/confirm", post(handoff::confirm))
        .route("/h5/api/v1/problems", post(problems::report))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    // The upload counts its bytes itself, file by file, against the limits of the configuration.
    let upload = Router::new()
        .route("/h5/api/v1/attempts/{id}", put(upload::receive))
        .route("/h5/api/v1/attempts/{id}/video", put(video::receive))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), draining::drain));
    small.merge(upload)
}
