//! Operators: list, creation, roles, reset.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use nearfar_store::{Conflict, Error as StoreError, OperatorAccount, Role};
use serde::Deserialize;

use crate::console::access::Operator;
use crate::console::forms::{Field, FormErrors, confirmed, select};
use crate::console::layout::{csrf_field, page, page_with, time};
use crate::console::route::ConsoleRoute;
use crate::console::{Console, ConsoleError, ConsoleResult};

const PATH: &str = "/console/operators";
/// Names and explanations of the roles.
const ROLES: [(&str, &str); 3] = [
    ("viewer", "Viewer: sees accounts, sessions without pictures, statistics"),
    ("reviewer", "Reviewer: also sees pictures and decides about sessions"),
    ("administrator", "Administrator: also manages accounts and operators, reads the audit log"),
];

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get(PATH, Role::Administrator, list),
        ConsoleRoute::post(PATH, Role::Administrator, create),
        ConsoleRoute::get("/console/operators/{id}", Role::Administrator, show),
        ConsoleRoute::post("/console/operators/{id}/role", Role::Administrator, set_role),
        ConsoleRoute::post("/console/operators/{id}/disable", Role::Administrator, disable),
        ConsoleRoute::post("/console/operators/{id}/enable", Role::Administrator, enable),
        ConsoleRoute::post("/console/operators/{id}/reset", Role::Administrator, reset),
    ]
}

#[derive(Default, Deserialize)]
struct NewOperator {
    name: String,
    role: String,
}

fn role(name: &str) -> Result<Role, ConsoleError> {
    Role::from_name(name).ok_or_else(|| ConsoleError::BadRequest("There is no such role.".into()))
}

async fn list(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let body = body(&console, &operator, &NewOperator::default(), &FormErrors::default()).await?;
    Ok(page(&operator, "Operators", PATH, &body))
}

async fn body(
    console: &Console,
    operator: &Operator,
    typed: &NewOperator,
    errors: &FormErrors,
) -> Result<Markup, ConsoleError> {
    let operators = console.app.store.operators().await?;
    let hint = "Letters, digits, dots, hyphens, underscores, plus signs and @";
    let name = Field { name: "name", label: "Name", value: &typed.name, hint, required: true, ..Field::default() };
    Ok(html! {
        h1 { "Operators" }
        (errors.summary())
        div.scroll {
            table.stacked {
                caption { "All operators, by name" }
                thead { tr {
                    th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "State" }
                    th scope="col" { "Last sign-in" }
                } }
                tbody {
                    @for other in &operators {
                        tr {
                            th scope="row" { a href={ (PATH) "/" (other.id) } { (other.name) } }
                            td { (other.role.name()) }
                            td { (state(other, console.app.now())) }
                            td data-label="Last sign-in" { @match other.signed_in_at { Some(at) => { (time(at)) } None => { "never" } } }
                        }
                    }
                }
            }
        }
        section.narrow {
            h2 { "New operator" }
            form method="post" action=(PATH) {
                (csrf_field(&operator.csrf))
                (name.render(errors))
                (select("role", "Role", &ROLES, &typed.role, "", errors))
                div.actions { button type="submit" { "Create operator" } }
            }
        }
    })
}

fn state(operator: &OperatorAccount, now: i64) -> &'static str {
    match operator {
        OperatorAccount { enabled: false, .. } => "disabled",
        OperatorAccount { is_set_up: true, .. } | OperatorAccount { is_linked: true, .. } => "enabled",
        OperatorAccount { setup_expires_at: Some(end), .. } if *end > now => "waits for set-up",
        _ => "the set-up link has expired",
    }
}

async fn create(State(console): State<Console>, operator: Operator, Form(form): Form<NewOperator>) -> ConsoleResult {
    let role = role(&form.role)?;
    let store = &console.app.store;
    let error = match store.create_operator(&operator.actor(), &form.name, role, console.app.now()).await {
        Ok((created, code)) => return Ok(setup_link(&console, &operator, &created, &code)),
        Err(StoreError::Conflict(Conflict::IdTaken)) => "This name is in use.".to_owned(),
        Err(StoreError::Invalid { reason, .. }) => reason,
        Err(error) => return Err(error.into()),
    };
    let body = body(&console, &operator, &form, &FormErrors::one("name", error)).await?;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &operator, "Error: Operators", PATH, &body))
}

/// The link, shown once. Without passwords there is nothing to set up.
fn setup_link(console: &Console, operator: &Operator, other: &OperatorAccount, code: &str) -> Response {
    if !console.app.config.console_password_sign_in {
        return Redirect::to(PATH).into_response();
    }
    let body = html! {
        h1 { "Set-up link for " (other.name) }
        p.warning { "Give this link to the operator now, over a channel that you trust. It is not shown again." }
        p { code.secret { (console.app.config.setup_link(code)) } }
        p { "It is valid for a day and can be used once." }
        p { a href=(PATH) { "To the operators" } }
    };
    page(operator, "Set-up link", PATH, &body)
}

async fn show(State(console): State<Console>, operator: Operator, Path(id): Path<String>) -> ConsoleResult {
    let other = console.app.store.operator(&id).await?;
    let action = |verb: &str, label: &str| {
        html! {
            form method="post" action={ (PATH) "/" (other.id) "/" (verb) } {
                (csrf_field(&operator.csrf))
                button type="submit" class=[(verb != "enable").then_some("danger")] { (label) }
            }
        }
    };
    let body = html! {
        h1 { (other.name) }
        dl {
            div { dt { "State" } dd { (state(&other, console.app.now())) } }
            div { dt { "Created" } dd { (time(other.created_at)) } }
            @if other.is_linked { div { dt { "Signs in with" } dd { "your organization’s account" } } }
        }
        @if other.id == operator.account().id {
            p { "This is you. Another administrator can change your role, or disable or reset you." }
        } @else {
            form.narrow method="post" action={ (PATH) "/" (other.id) "/role" } {
                (csrf_field(&operator.csrf))
                (select("role", "Role", &ROLES, other.role.name(), "", &FormErrors::default()))
                div.actions { button type="submit" { "Change role" } }
            }
            h2 { "Access" }
            div.actions {
                (confirmed("Reset sign-in…", "All sessions of the operator end, and the operator has to be set up again.",
                    &action("reset", "Reset")))
                @if other.enabled {
                    (confirmed("Disable…", "All sessions of the operator end.", &action("disable", "Disable")))
                } @else { (action("enable", "Enable")) }
            }
        }
    };
    Ok(page(&operator, &other.name, PATH, &body))
}

/// The other operator. Nobody changes their own access: at least this administrator remains.
async fn other(console: &Console, operator: &Operator, id: &str) -> Result<OperatorAccount, ConsoleError> {
    if id == operator.account().id {
        return Err(ConsoleError::BadRequest("You cannot change your own access.".into()));
    }
    Ok(console.app.store.operator(id).await?)
}

#[derive(Deserialize)]
struct NewRole {
    role: String,
}

async fn set_role(
    State(console): State<Console>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<NewRole>,
) -> ConsoleResult {
    let other = other(&console, &operator, &id).await?;
    let role = role(&form.role)?;
    console.app.store.set_operator_role(&operator.actor(), &other.id, role, console.app.now()).await?;
    Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
}

async fn disable(console: State<Console>, operator: Operator, id: Path<String>) -> ConsoleResult {
    set_enabled(console, operator, id, false).await
}

async fn enable(console: State<Console>, operator: Operator, id: Path<String>) -> ConsoleResult {
    set_enabled(console, operator, id, true).await
}

async fn set_enabled(
    State(console): State<Console>,
    operator: Operator,
    Path(id): Path<String>,
    enabled: bool,
) -> ConsoleResult {
    let other = other(&console, &operator, &id).await?;
    console.app.store.enable_operator(&operator.actor(), &other.id, enabled, console.app.now()).await?;
    Ok(Redirect::to(&format!("{PATH}/{id}")).into_response())
}

async fn reset(State(console): State<Console>, operator: Operator, Path(id): Path<String>) -> ConsoleResult {
    let other = other(&console, &operator, &id).await?;
    let code = console.app.store.reset_operator(&operator.actor(), &other.id, console.app.now()).await?;
    Ok(setup_link(&console, &operator, &other, &code))
}
