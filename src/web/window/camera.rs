//! The camera: asking for it once, knowing why it did not come, and letting it go.

use crate::error::ErrorCode;
use crate::events::CameraSettings;
use crate::web::js::bindings::PolicyDocument;
use crate::web::js::error::{WebError, error_name};
use crate::web::js::object::{Record, get};
use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack, Window};

/// What happens to a camera that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackEvent {
    /// Unplugged, taken away, permission withdrawn.
    Ended,
    /// No pictures for now: a call came in, the lid was closed.
    Muted,
    /// Pictures again.
    Unmuted,
}

/// A running camera. Dropping it switches the camera off.
pub struct Camera {
    stream: MediaStream,
    track: MediaStreamTrack,
    _listeners: [EventListener; 3],
}

impl Camera {
    /// Asks for the camera. A camera that is busy (`NotReadableError`, `AbortError`) is asked for once more
    /// with nothing but `video: true`; a refusal is never asked again.
    ///
    /// `wish` holds `MediaTrackConstraints` that replace the defaults (front camera, 1280x720, 30 frames a second,
    /// all of them wishes). A `MediaStream` in `given` is taken as the camera's, and nobody is asked.
    ///
    /// # Errors
    /// A [`WebError`] whose code tells the cause apart.
    pub async fn open(
        window: &Window,
        wish: &JsValue,
        given: JsValue,
        on_event: impl Fn(TrackEvent) + 'static,
    ) -> Result<Self, WebError> {
        let stream = if given.is_object() { given.unchecked_into() } else { ask(window, wish).await? };
        let track = stream.get_video_tracks().get(0).dyn_into::<MediaStreamTrack>();
        let track = track.map_err(|_| WebError::new(ErrorCode::NoCamera, "the stream has no video track"))?;
        let on_event = std::rc::Rc::new(on_event);
        let listen = |name: &'static str, event: TrackEvent| {
            let on_event = on_event.clone();
            EventListener::new(&track, name, move |_| on_event(event))
        };
        let listeners = [
            listen("ended", TrackEvent::Ended),
            listen("mute", TrackEvent::Muted),
            listen("unmute", TrackEvent::Unmuted),
        ];
        Ok(Camera { stream, track, _listeners: listeners })
    }

    /// The stream, for the video element.
    pub fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// The video track, for a frame source.
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// The camera in use.
    pub fn describe(&self) -> CameraSettings {
        let settings = self.track.get_settings();
        let text = |name| get(&settings, name).as_string();
        let number = |name| get(&settings, name).as_f64();
        CameraSettings {
            label: self.track.label(),
            device_id: text("deviceId"),
            width: number("width"),
            height: number("height"),
            frame_rate: number("frameRate"),
            facing_mode: text("facingMode"),
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks().iter() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

fn media_devices(window: &Window) -> Result<MediaDevices, WebError> {
    if !window.is_secure_context() {
        return Err(WebError::new(ErrorCode::InsecureContext, JsValue::UNDEFINED));
    }
    let devices = get(&window.navigator(), "mediaDevices");
    if !Reflect::has(devices.as_ref(), &"getUserMedia".into()).unwrap_or(false) {
        return Err(WebError::new(ErrorCode::NoMediaDevices, JsValue::UNDEFINED));
    }
    Ok(devices.unchecked_into())
}

fn default_wish() -> JsValue {
    let number = |value: f64| Record::new().number("ideal", value).into();
    Record::new()
        .with("facingMode", Record::new().text("ideal", "user").into())
        .with("width", number(1280.0))
        .with("height", number(720.0))
        .with("frameRate", number(30.0))
        .into()
}

async fn ask(window: &Window, wish: &JsValue) -> Result<MediaStream, WebError> {
    let devices = media_devices(window)?;
    let wanted = if wish.is_object() { wish.clone() } else { default_wish() };
    match request(&devices, &wanted).await {
        Err(error) if is_busy(&error) => request(&devices, &JsValue::TRUE).await,
        answer => answer,
    }
    .map_err(|error| refusal(window, error))
}

async fn request(devices: &MediaDevices, video: &JsValue) -> Result<MediaStream, JsValue> {
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&JsValue::FALSE);
    constraints.set_video(video);
    let stream = JsFuture::from(devices.get_user_media_with_constraints(&constraints)?).await?;
    Ok(stream.unchecked_into())
}

fn is_busy(error: &JsValue) -> bool {
    matches!(error_name(error).as_str(), "NotReadableError" | "TrackStartError" | "AbortError")
}

/// Sorts the rejection of `getUserMedia` (Media CaptureController and Streams, 10.3.1; older names included).
fn refusal(window: &Window, error: JsValue) -> WebError {
    let code = match error_name(&error).as_str() {
        "NotAllowedError" | "PermissionDeniedError" | "SecurityError" => {
            if forbidden_by_policy(window) {
                ErrorCode::PermissionPolicyBlocked
            } else {
                ErrorCode::PermissionDenied
            }
        }
        "NotFoundError" | "DevicesNotFoundError" => ErrorCode::NoCamera,
        _ if is_busy(&error) => ErrorCode::CameraInUse,
        "OverconstrainedError" | "ConstraintNotSatisfiedError" => ErrorCode::Overconstrained,
        _ => ErrorCode::Internal,
    };
    WebError::new(code, error)
}

/// Only Chromium lets a page ask; elsewhere a policy looks like a refusal.
fn forbidden_by_policy(window: &Window) -> bool {
    let Some(document) = window.document() else { return false };
    let document: PolicyDocument = JsValue::from(document).unchecked_into();
    document.feature_policy().is_some_and(|policy| !policy.allows_feature("camera"))
}
