//! The operator's own page: password, recovery codes, sessions.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use nearfar_store::{Role, SignInCounter, ThrottleDecision};
use serde::Deserialize;

use crate::console::access::Operator;
use crate::console::cookies::{self, Cookie};
use crate::console::forms::{Field, FormErrors};
use crate::console::layout::{csrf_field, notice, page, page_with, time};
use crate::console::route::ConsoleRoute;
use crate::console::set_up::{check_password, recovery_list};
use crate::console::{Console, ConsoleError, ConsoleResult, passwords, totp};

const PATH: &str = "/console/profile";

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get(PATH, Role::Viewer, show),
        ConsoleRoute::post("/console/profile/password", Role::Viewer, change_password),
        ConsoleRoute::post("/console/profile/recovery-codes", Role::Viewer, replace_recovery_codes),
        ConsoleRoute::post("/console/profile/sign-out-everywhere", Role::Viewer, sign_out_everywhere),
    ]
}

async fn show(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let body = body(&console, &operator, &html! {}, &FormErrors::default()).await?;
    Ok(page(&operator, "Profile", PATH, &body))
}

async fn body(
    console: &Console,
    operator: &Operator,
    message: &Markup,
    errors: &FormErrors,
) -> Result<Markup, ConsoleError> {
    let account = operator.account();
    let left = console.app.store.recovery_codes_left(&account.id).await?;
    let password = |name, label, hint, autocomplete| Field {
        name,
        label,
        kind: "password",
        hint,
        autocomplete,
        required: true,
        ..Field::default()
    };
    let current = password("current", "Current password", "", "current-password");
    let with_password = account.is_set_up && console.app.config.console_password_sign_in;
    Ok(html! {
        h1 { "Profile" }
        (message)
        (errors.summary())
        dl {
            div { dt { "Name" } dd { (account.name) } }
            div { dt { "Role" } dd { (account.role.name()) } }
            div { dt { "Signed in" } dd { (time(operator.session.created_at)) } }
            @if with_password { div { dt { "Recovery codes left" } dd { (left) } } }
        }
        @if with_password {
            section.narrow {
                h2 { "Password" }
                form method="post" action="/console/profile/password" {
                    (csrf_field(&operator.csrf))
                    (current.render(errors))
                    (password("password", "New password", "At least 12 characters", "new-password").render(errors))
                    (password("repeated", "Repeat the new password", "", "new-password").render(errors))
                    div.actions { button type="submit" { "Change password" } }
                }
            }
            section.narrow {
                h2 { "Recovery codes" }
                form method="post" action="/console/profile/recovery-codes" {
                    (csrf_field(&operator.csrf))
                    (Field { name: "confirm", ..current }.render(errors))
                    div.actions { button.secondary type="submit" { "Replace recovery codes" } }
                }
            }
        }
        section {
            h2 { "Sessions" }
            form method="post" action="/console/profile/sign-out-everywhere" {
                (csrf_field(&operator.csrf))
                div.actions { button.secondary type="submit" { "Sign out everywhere" } }
            }
        }
    })
}

/// An error of the field, unless the current password is right. Failures count as those of sign-in do.
async fn confirm(
    console: &Console,
    operator: &Operator,
    password: String,
    field: &str,
    errors: &mut FormErrors,
) -> Result<(), ConsoleError> {
    let (store, account) = (&console.app.store, operator.account());
    let counters = [SignInCounter::of_device(&operator.session.token_sha256)];
    if let ThrottleDecision::Blocked(left) = store.begin_sign_in(&counters, console.app.now()).await? {
        errors.add(field, format!("Too many failed attempts. Try again in {} seconds.", left / 1000 + 1));
        return Ok(());
    }
    let credentials = store.operator_credentials(&account.id).await?;
    if passwords::verify(console, password, credentials.map(|known| known.password_hash.clone())).await? {
        store.sign_in_succeeded(&counters).await?;
    } else {
        errors.add(field, "The password is wrong.");
    }
    Ok(())
}

#[derive(Deserialize)]
struct NewPassword {
    current: String,
    password: String,
    repeated: String,
}

async fn change_password(
    State(console): State<Console>,
    operator: Operator,
    Form(form): Form<NewPassword>,
) -> ConsoleResult {
    let mut errors = FormErrors::default();
    confirm(&console, &operator, form.current, "current", &mut errors).await?;
    check_password(&form.password, &form.repeated, &operator.account().name, &mut errors);
    if !errors.is_empty() {
        return invalid(&console, &operator, &errors).await;
    }
    let hash = passwords::hash(&console, form.password).await?;
    let (store, session) = (&console.app.store, &operator.session);
    store.change_operator_password(operator.account(), &hash, &session.token_sha256, console.app.now()).await?;
    let message = notice("The password was changed. Your other sessions have ended.");
    let body = body(&console, &operator, &message, &errors).await?;
    Ok(page(&operator, "Profile", PATH, &body))
}

async fn invalid(console: &Console, operator: &Operator, errors: &FormErrors) -> ConsoleResult {
    let body = body(console, operator, &html! {}, errors).await?;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, operator, "Error: Profile", PATH, &body))
}

#[derive(Deserialize)]
struct Confirmation {
    confirm: String,
}

async fn replace_recovery_codes(
    State(console): State<Console>,
    operator: Operator,
    Form(form): Form<Confirmation>,
) -> ConsoleResult {
    let mut errors = FormErrors::default();
    confirm(&console, &operator, form.confirm, "confirm", &mut errors).await?;
    if !errors.is_empty() {
        return invalid(&console, &operator, &errors).await;
    }
    let codes = totp::recovery_codes(&console.app.entropy);
    console.app.store.replace_recovery_codes(operator.account(), &codes, console.app.now()).await?;
    let body =
        html! { div.narrow { h1 { "New recovery codes" } (recovery_list(&codes)) p { a href=(PATH) { "Back" } } } };
    Ok(page(&operator, "New recovery codes", PATH, &body))
}

async fn sign_out_everywhere(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let Console { app, .. } = &console;
    app.store.sign_out(&operator.session, true, app.now()).await?;
    let mut response = Redirect::to("/console/sign-in").into_response();
    cookies::set_all(response.headers_mut(), &app.config, &[(Cookie::Session, ""), (Cookie::Device, "")]);
    Ok(response)
}
