//! Exports the handoff to the page: see [`crate::handoff`].

use crate::handoff::{HandoffStage, LinkState};
use wasm_bindgen::prelude::*;

/// What the first device shows: `link`, `link_ended`, `link_voided`, `compare` or `started`. Undefined if `link` is not
/// a state of the service.
#[wasm_bindgen(js_name = handoffStage)]
pub fn handoff_stage(link: &str, is_scoring: bool) -> JsValue {
    LinkState::parse(link).map_or(JsValue::UNDEFINED, |link| HandoffStage::of(link, is_scoring).name().into())
}
