//! Builds the OpenAPI document from the routes.

use nearfar_protocol::manifest::Manifest;
use nearfar_protocol::webhook::{EVENT_ID_HEADER, SIGNATURE_HEADER, WebhookEvent};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Content, ObjectBuilder, OneOfBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, Type,
};
use utoipa_axum::router::OpenApiRouter;

use crate::api::integrator;
use crate::api::page;
use crate::web::health;

/// Title, and types that no route names: the manifest inside a sealed upload, and the body of a webhook.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "nearfar", description = "Face liveness: sessions, captures and results"),
    components(schemas(Manifest, WebhookEvent))
)]
struct Base;

/// Describes every public route.
pub fn document() -> OpenApi {
    let routes = OpenApiRouter::with_openapi(Base::openapi());
    let mut document = routes.merge(integrator::routes()).merge(page::routes()).merge(health::routes()).into_openapi();
    add_tokens(&mut document);
    add_webhook(&mut document);
    complete_envelopes(&mut document);
    add_client_errors(&mut document);
    document
}

fn add_tokens(document: &mut OpenApi) {
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

/// What the service sends to the endpoint of an account.
fn add_webhook(document: &mut OpenApi) {
    let header = |name: &str, description: &str| -> Parameter {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(Required::True);
        parameter.description(Some(description)).schema(Some(text)).build()
    };
    let body = Content::new(Some(Ref::from_schema_name("WebhookEvent")));
    let body = RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build();
    let accepted = "The event is delivered. After any other answer but 410 it is sent again";
    let operation = OperationBuilder::new()
        .tag("Webhooks")
        .operation_id(Some("receive_event"))
        .summary(Some("An event of a session, as docs/WEBHOOKS.md describes it."))
        .parameter(header(SIGNATURE_HEADER, "Time and signatures: `t=<Unix seconds>,v1=<hex HMAC-SHA256>`"))
        .parameter(header(EVENT_ID_HEADER, "The event's id, which the signature does not cover"))
        .request_body(Some(body))
        .response("2XX", ResponseBuilder::new().description(accepted).build())
        .build();
    let webhook = PathsBuilder::new().path("event", PathItem::new(HttpMethod::Post, operation));
    document.webhooks = Some(webhook.build());
}

/// `data` is null in most errors, and otherwise of the type in the envelope's name. The derived schema of a generic
/// field contains neither.
fn complete_envelopes(document: &mut OpenApi) {
    let Some(schemas) = document.components.as_mut().map(|components| &mut components.schemas) else { return };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for (envelope, data) in names.iter().filter_map(|name| Some((name, name.strip_prefix("Envelope_")?))) {
        let Some(RefOr::T(Schema::Object(envelope))) = schemas.get_mut(envelope) else { continue };
        if names.iter().any(|name| name == data) {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            let either = OneOfBuilder::new().item(Ref::from_schema_name(data)).item(null);
            envelope.properties.insert("data".into(), either.into());
        }
    }
}

/// The errors that the rendering layer can return for any handler.
fn add_client_errors(document: &mut OpenApi) {
    let description = "CLIENT_ERROR: the message names the HTTP status";
    let content = Content::new(Some(Ref::from_schema_name("Envelope_Value")));
    let response = ResponseBuilder::new().description(description).content("application/json", content).build();
    for (_, path) in document.paths.paths.iter_mut().filter(|(path, _)| !path.starts_with("/health")) {
        for operation in [&mut path.get, &mut path.put, &mut path.post].into_iter().flatten() {
            operation.responses.responses.insert("4XX".into(), response.clone().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_is_the_committed_one() {
        let committed = include_str!("../../../docs/openapi.json");
        let is_stale = committed.trim_end() != document().to_pretty_json().expect("JSON");
        assert!(!is_stale, "docs/openapi.json is stale: `npm run openapi` renews it and the page's types");
    }

    #[test]
    fn operation_ids_are_unique() {
        let document = serde_json::to_value(document()).expect("JSON");
        let paths = document["paths"].as_object().expect("paths").values();
        let operations = paths.flat_map(|path| path.as_object().expect("operations").values());
        let ids: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().expect("an id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    }
}
