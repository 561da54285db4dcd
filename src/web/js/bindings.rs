//! Bindings of browser interfaces that web-sys lacks or has only as unstable.

use js_sys::{Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DomRectReadOnly, EventTarget, HtmlVideoElement, MediaStreamTrack};

#[wasm_bindgen]
extern "C" {
    /// WebCodecs `VideoFrame`.
    #[wasm_bindgen(extends = Object)]
    pub type VideoFrame;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(video: &HtmlVideoElement) -> Result<VideoFrame, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub fn format(this: &VideoFrame) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = visibleRect)]
    pub fn visible_rect(this: &VideoFrame) -> Option<DomRectReadOnly>;

    #[wasm_bindgen(method, getter)]
    pub fn timestamp(this: &VideoFrame) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub fn rotation(this: &VideoFrame) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub fn flip(this: &VideoFrame) -> Option<bool>;

    #[wasm_bindgen(method, getter, js_name = colorSpace)]
    pub fn color_space(this: &VideoFrame) -> Option<VideoColorSpace>;

    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    pub fn display_width(this: &VideoFrame) -> f64;

    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    pub fn display_height(this: &VideoFrame) -> f64;

    #[wasm_bindgen(method, catch, js_name = allocationSize)]
    pub fn allocation_size(this: &VideoFrame) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, catch, js_name = copyTo)]
    pub fn copy_to(this: &VideoFrame, destination: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub fn close(this: &VideoFrame);

    /// `VideoFrame.colorSpace`.
    pub type VideoColorSpace;

    #[wasm_bindgen(method, getter)]
    pub fn matrix(this: &VideoColorSpace) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = fullRange)]
    pub fn full_range(this: &VideoColorSpace) -> Option<bool>;

    /// An entry of the array that `VideoFrame.copyTo` resolves to.
    pub type PlaneLayout;

    #[wasm_bindgen(method, getter)]
    pub fn offset(this: &PlaneLayout) -> f64;

    #[wasm_bindgen(method, getter)]
    pub fn stride(this: &PlaneLayout) -> f64;

    /// `MediaStreamTrackProcessor`: a stream of the track's frames. Available in the window in Chromium, only in
    /// workers in Safari.
    pub type MediaStreamTrackProcessor;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(init: &TrackProcessorInit) -> Result<MediaStreamTrackProcessor, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub fn readable(this: &MediaStreamTrackProcessor) -> web_sys::ReadableStream;

    #[wasm_bindgen(extends = Object)]
    pub type TrackProcessorInit;

    #[wasm_bindgen(method, setter)]
    pub fn set_track(this: &TrackProcessorInit, track: &MediaStreamTrack);

    #[wasm_bindgen(method, setter, js_name = maxBufferSize)]
    pub fn set_max_buffer_size(this: &TrackProcessorInit, frames: u32);

    /// A video element with `requestVideoFrameCallback`.
    pub type FrameCallbackVideo;

    #[wasm_bindgen(method, js_name = requestVideoFrameCallback)]
    pub fn request_video_frame_callback(this: &FrameCallbackVideo, callback: &Function) -> f64;

    #[wasm_bindgen(method, js_name = cancelVideoFrameCallback)]
    pub fn cancel_video_frame_callback(this: &FrameCallbackVideo, handle: f64);

    /// The second argument of a video frame callback.
    pub type VideoFrameMetadata;

    #[wasm_bindgen(method, getter, js_name = captureTime)]
    pub fn capture_time(this: &VideoFrameMetadata) -> Option<f64>;

    /// `document` with its permissions policy; Chromium only.
    pub type PolicyDocument;

    #[wasm_bindgen(method, getter, js_name = featurePolicy)]
    pub fn feature_policy(this: &PolicyDocument) -> Option<FeaturePolicy>;

    pub type FeaturePolicy;

    #[wasm_bindgen(method, js_name = allowsFeature)]
    pub fn allows_feature(this: &FeaturePolicy, name: &str) -> bool;

    /// `BatteryManager`; Chromium only.
    #[derive(Clone)]
    #[wasm_bindgen(extends = EventTarget)]
    pub type BatteryManager;

    #[wasm_bindgen(method, getter)]
    pub fn charging(this: &BatteryManager) -> bool;

    #[wasm_bindgen(method, getter)]
    pub fn level(this: &BatteryManager) -> f64;

    /// The clock of the scope, in windows and workers.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    pub static PERFORMANCE: web_sys::Performance;
}
