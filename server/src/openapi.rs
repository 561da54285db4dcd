//! The OpenAPI document.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::{health, page, public};

/// Every route that clients use.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "nearfar", description = "Face liveness: sessions, captures and results"),
    paths(
        public::generate_token::generate_token,
        public::get_token::get_token,
        public::configure_ui::configure_ui,
        public::get_result::get_result,
        public::clear_data::clear_data,
        page::session::session,
        page::status::status,
        page::attempts::create,
        page::upload::receive,
        page::handoff::create,
        page::handoff::claim,
        page::handoff::confirm,
        page::problems::report,
        health::live,
        health::ready,
    ),
    modifiers(&Tokens)
)]
pub struct ApiDoc;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme(
            "access_token",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-ACCESS-TOKEN"))),
        );
        components.add_security_scheme(
            "session_token",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
        );
    }
}
