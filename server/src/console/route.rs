//! A route of the console and who may use it.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::console::Console;
use crate::console::access::Access;

/// A route of the console.
#[derive(Clone, Debug)]
pub struct ConsoleRoute {
    /// The method: GET or POST.
    pub method: Method,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    pub(super) handler: MethodRouter<Console>,
}

impl ConsoleRoute {
    /// A page.
    pub(super) fn get<H, T>(path: &'static str, access: impl Into<Access>, handler: H) -> Self
    where
        H: Handler<T, Console>,
        T: 'static,
    {
        Self { method: Method::GET, path, access: access.into(), handler: on(MethodFilter::GET, handler) }
    }

    /// The target of a form.
    pub(super) fn post<H, T>(path: &'static str, access: impl Into<Access>, handler: H) -> Self
    where
        H: Handler<T, Console>,
        T: 'static,
    {
        Self { method: Method::POST, path, access: access.into(), handler: on(MethodFilter::POST, handler) }
    }
}
