//! The page's API. Every request except the claim of a link carries the token of one session and device.

pub mod attempts;
pub mod consent;
pub mod handoff;
pub mod problems;
pub mod session;
pub mod status;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::upload;
use crate::state::App;

/// Maximum body size, except for uploads.
const BODY_LIMIT: usize = 16 * 1024;

/// The routes for the OpenAPI document, without layers that need a running service.
pub fn routes() -> OpenApiRouter<App> {
    small().merge(upload::routes())
}

/// The routes as served.
pub fn router(app: &App) -> Router<App> {
    let uploads = upload::routes().layer(from_fn_with_state(app.clone(), upload::drain::drain));
    small().merge(uploads).into()
}

fn small() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(session::session))
        .routes(routes!(status::status))
        .routes(routes!(consent::answer))
        .routes(routes!(attempts::create))
        .routes(routes!(handoff::create))
        .routes(routes!(handoff::claim))
        .routes(routes!(handoff::confirm))
        .routes(routes!(problems::report))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}
