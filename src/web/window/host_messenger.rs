//! The word to whoever shows the page: frames around it, and the app of a web view.

use crate::web::js::object::{Record, get};
use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A window, or an app's bridge: what a message can be posted to.
    type Listener;

    /// Of a bridge.
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post(this: &Listener, text: &JsValue) -> Result<(), JsValue>;

    /// Of a window: delivered if its origin is this one. Throws where that is no origin.
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_to(this: &Listener, text: &JsValue, origin: &JsValue) -> Result<(), JsValue>;
}

/// Tells every frame above this page and every app around it `{"info", "signatureId"}` as JSON. Frames hear it only
/// if their origin is one of `origins`, which the browser sees to; an app has put its bridge there itself: React
/// Native's WebView, WKWebView as its message handler `nearfarHost`, Android's WebView as an object of the same name.
///
/// Returns how many may have heard it: frames (whatever their origin) and bridges.
#[wasm_bindgen(js_name = notifyHost)]
pub fn notify_host(info: &str, signature_id: &str, origins: &Array) -> u32 {
    let message = Record::new().text("info", info).text("signatureId", signature_id).into();
    let Ok(text) = JSON::stringify(&message) else { return 0 };
    let window: JsValue = js_sys::global().into();
    let mut heard = 0;
    let mut below = window.clone();
    loop {
        let above = get(&below, "parent");
        // The top one is its own parent.
        if Object::is(&above, &below) || origins.length() == 0 {
            break;
        }
        for index in 0..origins.length() {
            let _ = above.unchecked_ref::<Listener>().post_to(&text, &origins.get(index));
        }
        heard += 1;
        below = above;
    }
    let handlers = get(&get(&window, "webkit"), "messageHandlers");
    let bridges = [(&window, "ReactNativeWebView"), (&handlers, "nearfarHost"), (&window, "nearfarHost")];
    for (of, name) in bridges {
        let bridge = get(of, name);
        heard += u32::from(!bridge.is_undefined() && bridge.unchecked_ref::<Listener>().post(&text).is_ok());
    }
    heard
}
