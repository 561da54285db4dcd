//! Set-up of an operator by a one-time link: password, authenticator app, recovery codes.

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use nearfar_store::{Error as StoreError, NewCredentials, OperatorAccount};
use serde::Deserialize;

use crate::console::access::{Access, FormToken};
use crate::console::forms::{Field, FormErrors};
use crate::console::layout::{csrf_field, plain_page};
use crate::console::route::ConsoleRoute;
use crate::console::totp::{self, Code};
use crate::console::{Console, ConsoleError, ConsoleResult, passwords};

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get("/console/set-up", Access::Public, form),
        ConsoleRoute::post("/console/set-up", Access::Public, set_up),
    ]
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    setup: String,
}

#[derive(Deserialize)]
struct SetUp {
    setup: String,
    password: String,
    repeated: String,
    code: String,
}

async fn form(
    State(console): State<Console>,
    FormToken(token): FormToken,
    Query(Link { setup }): Query<Link>,
) -> ConsoleResult {
    if !console.app.config.console_password_sign_in {
        return Err(ConsoleError::NotFound);
    }
    match console.app.store.operator_to_set_up(&setup, console.app.now()).await? {
        Some(operator) => {
            let body = body(&console, &token, &setup, &operator, &FormErrors::default())?;
            Ok(plain_page("Set up your account", &body).into_response())
        }
        None => Ok(invalid_link()),
    }
}

fn invalid_link() -> Response {
    let body = html! {
        h1 { "This link does not work" }
        p { "It is valid for a day and can be used once. An administrator can make a new one." }
        p { a href="/console/sign-in" { "Sign in" } }
    };
    (StatusCode::NOT_FOUND, plain_page("This link does not work", &body)).into_response()
}

fn body(
    console: &Console,
    token: &str,
    setup: &str,
    operator: &OperatorAccount,
    errors: &FormErrors,
) -> Result<Markup, ConsoleError> {
    let secret = console.totp_secret(setup)?;
    let picture = totp::qr_code(&secret, &operator.name)?;
    let password = |name, label, hint| Field {
        name,
        label,
        kind: "password",
        hint,
        autocomplete: "new-password",
        required: true,
        ..Field::default()
    };
    let code = Field {
        name: "code",
        label: "Code",
        hint: "Six digits that the app shows now",
        autocomplete: "one-time-code",
        required: true,
        ..Field::default()
    };
    Ok(html! {
        div.narrow {
            h1 { "Set up your account" }
            p { "Your name is " strong { (operator.name) } ", your role is " (operator.role.name()) "." }
            (errors.summary())
            form method="post" action="/console/set-up" {
                (csrf_field(token))
                input type="hidden" name="setup" value=(setup);
                input type="hidden" name="username" autocomplete="username" value=(operator.name);
                (password("password", "New password", "At least 12 characters").render(errors))
                (password("repeated", "Repeat the password", "").render(errors))
                h2 { "Authenticator app" }
                p { "Scan this code with an authenticator app, or enter the key by hand." }
                (picture)
                p { "Key: " code { (totp::base32(&secret)) } }
                (code.render(errors))
                div.actions { button type="submit" { "Finish" } }
            }
        }
    })
}

/// Checks a new password; an error belongs to the field `password` or `repeated`.
pub(super) fn check_password(password: &str, repeated: &str, name: &str, errors: &mut FormErrors) {
    if let Some(weakness) = passwords::weakness(password, name) {
        errors.add("password", weakness);
    }
    if password != repeated {
        errors.add("repeated", "The passwords differ.");
    }
}

async fn set_up(State(console): State<Console>, FormToken(token): FormToken, Form(form): Form<SetUp>) -> ConsoleResult {
    let (store, now) = (&console.app.store, console.app.now());
    if !console.app.config.console_password_sign_in {
        return Err(ConsoleError::NotFound);
    }
    let Some(operator) = store.operator_to_set_up(&form.setup, now).await? else { return Ok(invalid_link()) };
    let secret = console.totp_secret(&form.setup)?;
    let mut errors = FormErrors::default();
    check_password(&form.password, &form.repeated, &operator.name, &mut errors);
    let step = match Code::parse(&form.code) {
        Some(Code::Totp(code)) => totp::matching_step(&secret, &code, now)?,
        _ => None,
    };
    let Some(step) = step.filter(|_| errors.is_empty()) else {
        if step.is_none() {
            errors.add("code", "This is not the code that the app shows now. Check the clock of your device.");
        }
        let body = body(&console, &token, &form.setup, &operator, &errors)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, plain_page("Error: Set up your account", &body)).into_response());
    };
    let recovery_codes = totp::recovery_codes(&console.app.entropy);
    let password_hash = passwords::hash(&console, form.password).await?;
    let new = NewCredentials {
        password_hash,
        totp_secret: secret.into(),
        totp_step: step,
        recovery_codes: recovery_codes.clone(),
    };
    match store.set_up_operator(&form.setup, &new, now).await {
        // Another request used the link first.
        Err(StoreError::NotFound(_)) => return Ok(invalid_link()),
        done => done?,
    };
    let body = html! {
        div.narrow {
            h1 { "Your account is ready" }
            (recovery_list(&recovery_codes))
            p { a.button href="/console/sign-in" { "Sign in" } }
        }
    };
    Ok(plain_page("Your account is ready", &body).into_response())
}

/// Recovery codes, shown once.
pub(super) fn recovery_list(codes: &[String]) -> Markup {
    html! {
        h2 { "Recovery codes" }
        p.warning { "Store these codes in a safe place now. They are not shown again. Each replaces the code of the app once." }
        ul { @for code in codes { li { code.secret { (code) } } } }
    }
}
