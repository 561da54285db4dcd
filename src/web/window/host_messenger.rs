//! Notifies the host of the page: frames around it, and the app around a web view.

use crate::web::js::object::{ObjectBuilder, get};
use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A window or an app's bridge, to which messages can be posted.
    type Receiver;

    /// Posts to a bridge.
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post(this: &Receiver, text: &JsValue) -> Result<(), JsValue>;

    /// Posts to a window: delivered only if its origin matches. Throws for an invalid origin.
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_to(this: &Receiver, text: &JsValue, origin: &JsValue) -> Result<(), JsValue>;
}

/// Sends `{"info", "signatureId"}` as JSON to every frame above this page and every app around it. The browser delivers
/// it only to frames whose origin is one of `origins`. An app has installed its own bridge: React Native's WebView,
/// WKWebView with a message handler `nearfarHost`, Android's WebView with an object of that name.
///
/// Returns the number of possible receivers: frames (of any origin) and bridges.
#[wasm_bindgen(js_name = notifyHost)]
pub fn notify_host(info: &str, signature_id: &str, origins: &Array) -> u32 {
    let message = ObjectBuilder::new().text("info", info).text("signatureId", signature_id).into();
    let Ok(text) = JSON::stringify(&message) else { return 0 };
    let window: JsValue = js_sys::global().into();
    let mut receivers = 0;
    let mut below = window.clone();
    loop {
        let above = get(&below, "parent");
        // The top window is its own parent.
        if Object::is(&above, &below) || origins.length() == 0 {
            break;
        }
        for index in 0..origins.length() {
            let _ = above.unchecked_ref::<Receiver>().post_to(&text, &origins.get(index));
        }
        receivers += 1;
        below = above;
    }
    let handlers = get(&get(&window, "webkit"), "messageHandlers");
    let bridges = [(&window, "ReactNativeWebView"), (&handlers, "nearfarHost"), (&window, "nearfarHost")];
    for (of, name) in bridges {
        let bridge = get(of, name);
        receivers += u32::from(!bridge.is_undefined() && bridge.unchecked_ref::<Receiver>().post(&text).is_ok());
    }
    receivers
}
