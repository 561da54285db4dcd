//! The page's own API. Every request but the claim of a link bears the token of one session and device.

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

/// The largest body of anything but an upload.
const BODY_LIMIT: usize = 16 * 1024;

/// The routes as they are described, without the layers that need a running service.
pub fn routes() -> OpenApiRouter<App> {
    small().merge(upload::routes())
}

/// The routes as they are served.
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
