//! The camera: requests it, classifies errors, and releases it.

use crate::error::ErrorCode;
use crate::events::CameraSettings;
use crate::web::js::bindings::PolicyDocument;
use crate::web::js::error::{WebError, error_name};
use crate::web::js::object::{ObjectBuilder, get};
use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack, Window};

/// A change of a running camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrackEvent {
    /// The camera was unplugged or the permission revoked.
    Ended,
    /// No frames for now, for example during a call.
    Muted,
    /// Frames again.
    Unmuted,
}

/// A running camera. Dropping it stops the camera.
pub(crate) struct Camera {
    stream: MediaStream,
    track: MediaStreamTrack,
    _listeners: [EventListener; 3],
}

impl Camera {
    /// Requests the camera. If it is busy (`NotReadableError`, `AbortError`), requests it once more with only `video:
    /// true`. Never asks again after a denial.
    ///
    /// `constraints` holds `MediaTrackConstraints` that replace the defaults (front camera, 1280x720, 30 frames per
    /// second, all ideal values). A `MediaStream` in `given` is used instead of the camera.
    ///
    /// # Errors
    /// A [`WebError`] whose code identifies the cause.
    pub(crate) async fn open(
        window: &Window,
        constraints: &JsValue,
        given: JsValue,
        on_event: impl Fn(TrackEvent) + 'static,
    ) -> Result<Self, WebError> {
        let stream =
            if given.is_object() { given.unchecked_into() } else { request_stream(window, constraints).await? };
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
    pub(crate) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// The video track, for a frame source.
    pub(crate) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Settings of the camera in use.
    pub(crate) fn settings(&self) -> CameraSettings {
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

fn default_constraints() -> JsValue {
    let number = |value: f64| ObjectBuilder::new().number("ideal", value).into();
    ObjectBuilder::new()
        .with("facingMode", ObjectBuilder::new().text("ideal", "user").into())
        .with("width", number(1280.0))
        .with("height", number(720.0))
        .with("frameRate", number(30.0))
        .into()
}

async fn request_stream(window: &Window, constraints: &JsValue) -> Result<MediaStream, WebError> {
    let devices = media_devices(window)?;
    let constraints = if constraints.is_object() { constraints.clone() } else { default_constraints() };
    match get_user_media(&devices, &constraints).await {
        Err(error) if is_busy(&error) => get_user_media(&devices, &JsValue::TRUE).await,
        answer => answer,
    }
    .map_err(|error| classify(window, error))
}

async fn get_user_media(devices: &MediaDevices, video: &JsValue) -> Result<MediaStream, JsValue> {
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&JsValue::FALSE);
    constraints.set_video(video);
    let stream = JsFuture::from(devices.get_user_media_with_constraints(&constraints)?).await?;
    Ok(stream.unchecked_into())
}

fn is_busy(error: &JsValue) -> bool {
    matches!(error_name(error).as_str(), "NotReadableError" | "TrackStartError" | "AbortError")
}

/// Classifies a rejection of `getUserMedia` (Media Capture and Streams, 10.3.1; includes legacy names).
fn classify(window: &Window, error: JsValue) -> WebError {
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

/// Only Chromium exposes the policy; elsewhere a blocked policy looks like a denial.
fn forbidden_by_policy(window: &Window) -> bool {
    let Some(document) = window.document() else { return false };
    let document: PolicyDocument = JsValue::from(document).unchecked_into();
    document.feature_policy().is_some_and(|policy| !policy.allows_feature("camera"))
}
