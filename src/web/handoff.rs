//! The cross-device process for the page: see [`crate::handoff`].

use crate::handoff::{LinkState, Stage, pause_after_answer, pause_after_failure};
use wasm_bindgen::prelude::*;

/// Ms until the next request, after an answer that took `held` ms.
#[wasm_bindgen(js_name = pauseAfterAnswer)]
pub fn pause_after_an_answer(held: f64) -> f64 {
    pause_after_answer(held)
}

/// Ms until the next request, after one that failed when `failures` had gone before it: no sooner than `retry_after`
/// ms, which may be 0. `random` is drawn from 0 to 1.
#[wasm_bindgen(js_name = pauseAfterFailure)]
pub fn pause_after_a_failure(failures: u32, retry_after: f64, random: f64) -> f64 {
    pause_after_failure(failures, retry_after, random)
}

/// What the first device shows: `link`, `link_ended`, `compare` or `started`; undefined for a word of `link` that is
/// not the service's.
#[wasm_bindgen(js_name = handOffStage)]
pub fn hand_off_stage(link: &str, is_judging: bool) -> JsValue {
    LinkState::parse(link).map_or(JsValue::UNDEFINED, |link| Stage::of(link, is_judging).name().into())
}
