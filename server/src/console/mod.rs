//! The console: pages for operators, on a listener of its own. Rendered here, without scripts.
//!
//! | module | content |
//! |---|---|
//! | [`routes`] | the table of all routes with their least roles, and the router |
//! | [`route`] | a route and its least role |
//! | `access` | checks session, role and origin of every request |
//! | `layout`, `forms` | the frame of every page, and its form fields |
//! | `sign_in`, `oidc`, `set_up`, `profile` | an operator's own pages; `oidc`: sign-in through an OpenID provider |
//! | `sessions`, `statistics` | sessions with their review, decisions and erasure; charts |
//! | `accounts`, `operators`, `audit_log` | what operators manage |
//!
//! To add pages, write handlers, list them in a `routes()` function of their file with [`route::ConsoleRoute`], and add it
//! to [`routes::table`]. A page for the menu goes into `layout::MENU`.

pub mod access;
mod accounts;
mod audit_log;
mod cookies;
mod error;
mod forms;
mod keys;
mod layout;
mod oidc;
mod operators;
mod passwords;
mod profile;
pub mod route;
pub mod routes;
mod sessions;
mod set_up;
mod settings_form;
mod sign_in;
mod statistics;
mod totp;

pub use error::{ConsoleError, ConsoleResult};
pub use keys::Console;
