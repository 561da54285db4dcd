//! The OpenAPI document.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder, Schema, Type, schema::SchemaType};
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
        public::audit_images::audit_images,
        public::capture_record::capture_record,
        public::capture_record::keys,
        page::session::session,
        page::status::status,
        page::attempts::create,
        page::upload::receive,
        page::video::receive,
        page::handoff::create,
        page::handoff::claim,
        page::handoff::confirm,
        page::problems::report,
        health::live,
        health::ready,
    ),
    modifiers(&Tokens, &Envelopes, &ClientErrors)
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

/// `data` is always there, and null in most failures. The derived schema of a generic field says neither.
struct Envelopes;

impl Modify for Envelopes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document.components.iter_mut().flat_map(|components| &mut components.schemas);
        for (_, schema) in schemas.filter(|(name, _)| name.starts_with("Envelope_")) {
            let RefOr::T(Schema::Object(envelope)) = schema else { continue };
            envelope.required.push("data".into());
            if let Some(RefOr::T(Schema::Object(data))) = envelope.properties.get_mut("data")
                && data.schema_type == SchemaType::Type(Type::Object)
            {
                data.schema_type = SchemaType::from_iter([Type::Object, Type::Null]);
            }
        }
    }
}

/// What the one layer that renders answers may say in place of any handler.
struct ClientErrors;

impl Modify for ClientErrors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let told = "CLIENT_ERROR: the message names the HTTP status";
        let content = Content::new(Some(Ref::from_schema_name("Envelope_Value")));
        let response = ResponseBuilder::new().description(told).content("application/json", content).build();
        for (_, path) in document.paths.paths.iter_mut().filter(|(path, _)| !path.starts_with("/health")) {
            for operation in [&mut path.get, &mut path.put, &mut path.post].into_iter().flatten() {
                operation.responses.responses.insert("4XX".into(), response.clone().into());
            }
        }
    }
}
