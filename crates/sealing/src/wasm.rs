//! The wasm interface for sealing in the page.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::binding::Binding;
use crate::keys::KEY_BYTES;
use crate::seal::Sealer;

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Seals one upload.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sealing(Sealer);

#[wasm_bindgen]
impl Sealing {
    /// Starts an upload. `None` if the key is invalid or `random` is not 32 bytes long.
    #[wasm_bindgen]
    pub fn begin(public_key: &[u8], signature_id: &str, attempt_id: &str, nonce: &str, random: &[u8]) -> Option<Self> {
        let random: [u8; KEY_BYTES] = random.try_into().ok()?;
        Sealer::new(public_key, &Binding { signature_id, attempt_id, nonce }, random).ok().map(Self)
    }

    /// Seals a part and returns the next chunk of the upload. `None` if the part's name is invalid.
    #[wasm_bindgen]
    pub fn part(&mut self, name: &str, content: &[u8], last: bool) -> Option<Box<[u8]>> {
        self.0.part(name, content, last).ok().map(Vec::into_boxed_slice)
    }
}
