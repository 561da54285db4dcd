//! The console's pages of sessions: the list, a session with its review, decisions and erasure.

mod decide;
mod erase;
mod filter;
mod list;
mod lookup;
mod pictures;
mod search;
mod session;

use nearfar_store::Role;

use crate::console::route::ConsoleRoute;

/// The list, and its entry in the menu.
const PATH: &str = "/console/sessions";

/// The routes of sessions.
pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get(PATH, Role::Viewer, search::search),
        ConsoleRoute::get("/console/sessions/{id}", Role::Viewer, session::show),
        ConsoleRoute::get("/console/sessions/{id}/pictures/{attempt}/{name}", Role::Reviewer, pictures::picture),
        ConsoleRoute::post("/console/sessions/{id}/decision", Role::Reviewer, decide::decide),
        ConsoleRoute::get("/console/sessions/{id}/erase", Role::Administrator, erase::confirm),
        ConsoleRoute::post("/console/sessions/{id}/erase", Role::Administrator, erase::erase),
    ]
}
