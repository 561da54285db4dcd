//! The cross-device process for the page: see [`crate::handoff`].

use crate::handoff::{HandoffStage, LinkState};
use wasm_bindgen::prelude::*;

/// What the first device shows: `link`, `link_ended`, `link_voided`, `compare` or `started`; undefined for a word of
/// `link` that is not the service's.
#[wasm_bindgen(js_name = handoffStage)]
pub fn handoff_stage(link: &str, is_judging: bool) -> JsValue {
    LinkState::parse(link).map_or(JsValue::UNDEFINED, |link| HandoffStage::of(link, is_judging).name().into())
}
