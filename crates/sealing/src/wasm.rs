//! Sealing in the page.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Binding, KEY_BYTES, Sealer};

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Seals one upload in the page.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sealing(Sealer);

#[wasm_bindgen]
impl Sealing {
    /// Begins; nothing where the key is none, or `random` is not 32 bytes.
    #[wasm_bindgen]
    pub fn begin(public_key: &[u8], signature_id: &str, attempt_id: &str, nonce: &str, random: &[u8]) -> Option<Self> {
        let random: [u8; KEY_BYTES] = random.try_into().ok()?;
        Sealer::new(public_key, &Binding { signature_id, attempt_id, nonce }, random).ok().map(Self)
    }

    /// The next piece of the sealed upload; nothing where the part has a name that none may have.
    #[wasm_bindgen]
    pub fn part(&mut self, name: &str, content: &[u8], last: bool) -> Option<Box<[u8]>> {
        self.0.part(name, content, last).ok().map(Vec::into_boxed_slice)
    }
}
