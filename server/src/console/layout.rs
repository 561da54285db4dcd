//! The frame of every page: head, menu, title. `maud` escapes all data.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};
use nearfar_store::Role;

use crate::console::access::{CSRF_FIELD, Operator};

/// The menu: path, label, and the least role that sees it.
const MENU: [(&str, &str, Role); 6] = [
    ("/console/sessions", "Sessions", Role::Viewer),
    ("/console/statistics", "Statistics", Role::Viewer),
    ("/console/accounts", "Accounts", Role::Viewer),
    ("/console/operators", "Operators", Role::Administrator),
    ("/console/audit", "Audit log", Role::Administrator),
    ("/console/profile", "Profile", Role::Viewer),
];

/// A page of a signed-in operator. `active` is the path of its menu entry.
pub(super) fn page(operator: &Operator, title: &str, active: &str, body: &Markup) -> Response {
    page_with(StatusCode::OK, operator, title, active, body)
}

/// Like [`page`], with another status.
pub(super) fn page_with(status: StatusCode, operator: &Operator, title: &str, active: &str, body: &Markup) -> Response {
    let entries = MENU.iter().filter(|(_, _, least)| operator.role() >= *least);
    let header = html! {
        header {
            a.brand href="/console/" { "nearfar console" }
            nav aria-label="Main" {
                ul {
                    @for (path, label, _) in entries {
                        li { a href=(path) aria-current=[(*path == active).then_some("page")] { (label) } }
                    }
                }
            }
            form.sign-out method="post" action="/console/sign-out" {
                (csrf_field(&operator.csrf))
                span { (operator.account().name) " (" (operator.role().name()) ")" }
                button.secondary type="submit" { "Sign out" }
            }
        }
    };
    (status, Html(document(title, &header, body).into_string())).into_response()
}

/// A page of somebody who may not be signed in.
pub(super) fn plain_page(title: &str, body: &Markup) -> Html<String> {
    let header = html! { header { a.brand href="/console/" { "nearfar console" } } };
    Html(document(title, &header, body).into_string())
}

fn document(title: &str, header: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " – nearfar console" }
                link rel="stylesheet" href="/console/style.css";
            }
            body {
                a.skip href="#main" { "Skip to content" }
                (header)
                main #main tabindex="-1" { (body) }
            }
        }
    }
}

/// The hidden field that every form needs.
pub(super) fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(token); }
}

/// A time in UTC, for people and programs.
pub(super) fn time(millis: i64) -> Markup {
    let Ok(stamp) = Timestamp::from_millisecond(millis) else { return html! { (millis) } };
    let stamp = stamp.to_string();
    let text = stamp.get(..19).unwrap_or(&stamp).replace('T', " ");
    html! { time datetime=(stamp) { (text) " UTC" } }
}

/// A message that assistive technology announces.
pub(super) fn notice(text: &str) -> Markup {
    html! { p.notice role="status" { (text) } }
}
