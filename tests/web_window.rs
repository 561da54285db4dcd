//! The window's exports in a real browser.
#![cfg(target_arch = "wasm32")]
// Clippy recognises only functions with `#[test]` as tests.
#![allow(clippy::unwrap_used)]

use js_sys::{Array, Function, Object, Promise, Reflect};
use nearfar::web::{CaptureOptions, FaceDetector, WindowCapture, notify_host};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

/// The page's model file, which the build of the engine writes.
const MODEL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/face-detection-int8.bin"));

fn text(value: &JsValue, name: &str) -> String {
    Reflect::get(value, &name.into()).unwrap().as_string().unwrap_or_default()
}

fn capture(parts: &[(&str, JsValue)]) -> Result<WindowCapture, JsValue> {
    let options = Object::new();
    let nothing: JsValue = Function::new_no_args("").into();
    for (name, value) in [("spawnWorker", nothing.clone()), ("onEvent", nothing)].iter().chain(parts) {
        Reflect::set(&options, &JsValue::from_str(name), value).unwrap();
    }
    let video = web_sys::window().unwrap().document().unwrap().create_element("video").unwrap();
    WindowCapture::new(video.unchecked_into(), options.unchecked_into::<CaptureOptions>())
}

fn rejection(parts: &[(&str, JsValue)]) -> JsValue {
    capture(parts).err().expect("these options must be refused")
}

#[wasm_bindgen_test]
fn invalid_options_are_named() {
    let error = rejection(&[("source", "telepathy".into())]);
    assert_eq!(text(&error, "name"), "RangeError");
    assert!(text(&error, "message").contains("'telepathy'"), "{}", text(&error, "message"));

    let cases = [
        (r#"{"thresholds": {"minSharpnes": 0.2}}"#, "unknown field `thresholds.minSharpnes`"),
        (r#"{"session": {"farHold": -1}}"#, "farHold is -1, outside 200 to 5000"),
        (r#"{"session": {"farHold": "1"}}"#, "session.farHold is not a number"),
        (r#"{"session": {"farHold": null}}"#, "session.farHold is not a number"),
        (r#"{"thresholds": 7}"#, "thresholds"),
        (r#"{"thresholds": {"near": {"minSize": 0.6, "maxSize": 0.8}}}"#, "thresholds.near must be given completely"),
        (r#"{"auditFrames": 2.5}"#, "auditFrames is 2.5, outside 0 to 24 (a whole number)"),
    ];
    for (given, named) in cases {
        let error = rejection(&[("config", js_sys::JSON::parse(given).unwrap())]);
        assert_eq!(text(&error, "name"), "RangeError");
        let message = text(&error, "message");
        assert!(message.starts_with("config: ") && message.contains(named), "{given}: {message}");
    }
}

#[wasm_bindgen_test]
fn valid_options_are_accepted() {
    let config = js_sys::JSON::parse(r#"{"session": {"farHold": 400}, "auditFrames": 3}"#).unwrap();
    assert!(capture(&[("config", config), ("source", "canvas".into())]).is_ok());
}

#[wasm_bindgen_test]
async fn the_event_and_the_rejection_carry_the_same_failure() {
    let heard = Array::new();
    let hear = {
        let heard = heard.clone();
        Closure::<dyn Fn(JsValue, JsValue)>::new(move |name, detail| {
            heard.push(&Array::of2(&name, &detail));
        })
    };
    let stream = web_sys::MediaStream::new().unwrap();
    let capture = capture(&[("onEvent", hear.as_ref().clone()), ("stream", stream.into())]).unwrap();
    let error = wasm_bindgen_futures::JsFuture::from(capture.start()).await.expect_err("there is no video track");
    let receivers = js_sys::JSON::stringify(&heard).unwrap();
    let message = text(&error, "message");
    assert_eq!(
        String::from(receivers),
        [
            r#"[["error",{"name":"CaptureError","code":"no_camera","message":""#,
            &message,
            r#"","recoverable":true,"cause":"the stream has no video track"}]]"#
        ]
        .concat()
    );
    assert!(error.is_instance_of::<js_sys::Error>());
    for part in ["name", "code", "message", "cause"] {
        assert_eq!(text(&error, part), text(&Array::from(&heard.get(0)).get(1), part), "{part}");
    }
}

#[wasm_bindgen_test]
async fn a_second_start_awaits_the_first() {
    let capture = capture(&[]).unwrap();
    let [first, second] = [capture.start(), capture.start()];
    assert!(Object::is(&first, &second));
    capture.destroy();
    // A start interrupted by destroy() ends quietly, or with the camera's error if there is none.
    let settled: Promise = Promise::all_settled(&Array::of1(&first));
    wasm_bindgen_futures::JsFuture::from(settled).await.unwrap();
}

#[wasm_bindgen_test]
fn an_invalid_model_is_rejected_with_the_reason() {
    let error = FaceDetector::new(&MODEL[..1000]).err().expect("a truncated model must be refused");
    assert_eq!(text(&error, "code"), "asset_load_failed");
    assert!(!text(&error, "cause").is_empty());
}

#[wasm_bindgen_test]
fn pixels_of_the_wrong_length_are_an_error() {
    let mut detector = FaceDetector::new(MODEL).unwrap();
    let error = detector.detect(&[0; 100], 64, 64).expect_err("100 bytes are no 64x64 picture");
    assert_eq!(text(&error, "code"), "internal");
    assert_eq!(detector.detect(&[90; 64 * 64 * 4], 64, 64).unwrap(), Vec::<f32>::new());
}

#[wasm_bindgen_test]
async fn an_app_around_the_page_receives_json() {
    let heard = Array::new();
    let window: JsValue = web_sys::window().unwrap().into();
    let bridge = Object::new();
    let hear = {
        let heard = heard.clone();
        Closure::<dyn Fn(JsValue)>::new(move |text| {
            heard.push(&text);
        })
    };
    Reflect::set(&bridge, &"postMessage".into(), hear.as_ref()).unwrap();
    Reflect::set(&window, &"ReactNativeWebView".into(), &bridge).unwrap();
    let receivers = notify_host("successNext", "abc", &Array::new());
    Reflect::delete_property(window.unchecked_ref::<Object>(), &"ReactNativeWebView".into()).unwrap();
    assert_eq!((receivers, heard.length()), (1, 1));
    assert_eq!(heard.get(0).as_string().unwrap(), r#"{"info":"successNext","signatureId":"abc"}"#);
    assert_eq!(
        notify_host("successNext", "abc", &Array::of1(&"https://shop.example".into())),
        0,
        "there is no receiver"
    );
}
