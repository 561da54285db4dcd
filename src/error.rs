//! Error codes of a capture, each with a message for the person and whether retrying can help.
//!
//! The codes of the page itself are included, so that all of them are defined once: `typescript` writes the messages of
//! those that occur while this module is not running.

use serde::{Deserialize, Serialize};

/// Stable error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The page is not served over https (or localhost): browsers then hide the camera.
    InsecureContext,
    /// The browser lacks `navigator.mediaDevices.getUserMedia`.
    NoMediaDevices,
    /// The person denied the camera, now or earlier.
    PermissionDenied,
    /// A permissions policy blocks the camera, as in an iframe without `allow="camera"`.
    PermissionPolicyBlocked,
    /// There is no camera.
    NoCamera,
    /// The camera does not start: another program uses it.
    CameraInUse,
    /// No camera satisfies the constraints.
    Overconstrained,
    /// The camera stopped during the session.
    StreamInterrupted,
    /// The camera is on but delivers no frames.
    NoFrames,
    /// A file of the engine is missing, altered or served incorrectly.
    AssetLoadFailed,
    /// A file of the engine did not arrive in time.
    AssetTimeout,
    /// The website's policy blocks workers.
    WorkerBlocked,
    /// The time limit of a stage was exceeded.
    CaptureTimeout,
    /// An internal error of the engine.
    Internal,
    /// The browser has no WebAssembly, or the website's policy blocks it.
    NoWasm,
    /// An invalid option.
    InvalidOptions,
    /// A picture in an unsupported format.
    UnsupportedImage,
    /// The page or its host cancelled the capture.
    Cancelled,
    /// Service: the session has expired.
    SessionExpired,
    /// Service: the session does not exist.
    SessionUnknown,
    /// Service: the session is over, or has no tries left.
    SessionFinished,
    /// Service: the time between the start of the attempt and the end of its upload ran out.
    AttemptExpired,
    /// The service does not allow requests from this page's origin.
    OriginRefused,
    /// The service did not answer, or rejected the request.
    Service,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [ErrorCode; 24] = [
        Self::InsecureContext,
        Self::NoMediaDevices,
        Self::PermissionDenied,
        Self::PermissionPolicyBlocked,
        Self::NoCamera,
        Self::CameraInUse,
        Self::Overconstrained,
        Self::StreamInterrupted,
        Self::NoFrames,
        Self::AssetLoadFailed,
        Self::AssetTimeout,
        Self::WorkerBlocked,
        Self::CaptureTimeout,
        Self::Internal,
        Self::NoWasm,
        Self::InvalidOptions,
        Self::UnsupportedImage,
        Self::Cancelled,
        Self::SessionExpired,
        Self::SessionUnknown,
        Self::SessionFinished,
        Self::AttemptExpired,
        Self::OriginRefused,
        Self::Service,
    ];

    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InsecureContext => "insecure_context",
            Self::NoMediaDevices => "no_media_devices",
            Self::PermissionDenied => "permission_denied",
            Self::PermissionPolicyBlocked => "permission_policy_blocked",
            Self::NoCamera => "no_camera",
            Self::CameraInUse => "camera_in_use",
            Self::Overconstrained => "overconstrained",
            Self::StreamInterrupted => "stream_interrupted",
            Self::NoFrames => "no_frames",
            Self::AssetLoadFailed => "asset_load_failed",
            Self::AssetTimeout => "asset_timeout",
            Self::WorkerBlocked => "worker_blocked",
            Self::CaptureTimeout => "capture_timeout",
            Self::Internal => "internal",
            Self::NoWasm => "no_wasm",
            Self::InvalidOptions => "invalid_options",
            Self::UnsupportedImage => "unsupported_image",
            Self::Cancelled => "cancelled",
            Self::SessionExpired => "session_expired",
            Self::SessionUnknown => "session_unknown",
            Self::SessionFinished => "session_finished",
            Self::AttemptExpired => "attempt_expired",
            Self::OriginRefused => "origin_refused",
            Self::Service => "service",
        }
    }

    /// A message for the person: what happened and what to do. Callers with more specific information replace it: which
    /// option is invalid, what the service answered.
    pub fn message(self) -> &'static str {
        match self {
            Self::InsecureContext => "The camera works only on a secure page. Open this page with https.",
            Self::NoMediaDevices => "This browser cannot use the camera. Open the page in an up-to-date browser.",
            Self::PermissionDenied => {
                "The camera is blocked for this page. Allow it in the browser's settings, then try again."
            }
            Self::PermissionPolicyBlocked => {
                "The website that shows this page does not let it use the camera. Open the page on its own."
            }
            Self::NoCamera => "No camera was found. Connect one, or use a device that has one.",
            Self::CameraInUse => "The camera did not start. Close other apps that use it, then try again.",
            Self::Overconstrained => "No camera meets the requirements. Choose another camera.",
            Self::StreamInterrupted => "The camera stopped. Check that it is connected, then try again.",
            Self::NoFrames => {
                "The camera is on but sends no picture. Close other apps that use it, or choose another camera."
            }
            Self::AssetLoadFailed => "A part of this page did not load correctly. Reload the page.",
            Self::AssetTimeout => "Loading took too long. Check the connection, then try again.",
            Self::WorkerBlocked => "The policy of this website blocks the check. Contact its owner.",
            Self::CaptureTimeout => "Time ran out. Follow the instructions on the screen, then try again.",
            Self::Internal => "Something went wrong on this page. Try again.",
            Self::NoWasm => "This browser cannot run this page. Open it in an up-to-date browser.",
            Self::InvalidOptions => "An option is invalid.",
            Self::UnsupportedImage => "This picture cannot be read in this browser.",
            Self::Cancelled => "The capture was cancelled.",
            Self::SessionExpired => "This session has expired.",
            Self::SessionUnknown => "This session does not exist.",
            Self::SessionFinished => "This session is over.",
            Self::AttemptExpired => "It took too long to send the pictures. Try again.",
            Self::OriginRefused => "The service does not allow this website to use it. Contact its owner.",
            Self::Service => "The service did not answer. Try again.",
        }
    }

    /// Whether retrying on the same device can help.
    pub fn recoverable(self) -> bool {
        use ErrorCode::*;
        !matches!(
            self,
            InsecureContext
                | NoMediaDevices
                | PermissionPolicyBlocked
                | WorkerBlocked
                | NoWasm
                | InvalidOptions
                | UnsupportedImage
                | SessionExpired
                | SessionUnknown
                | SessionFinished
                | OriginRefused
        )
    }
}

/// An error of a capture, as events and promises report it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct CaptureFailure {
    /// Identifies the package's errors across copies of the package.
    #[cfg_attr(test, tsify(type = "'CaptureError'"))]
    pub name: &'static str,
    /// The stable code. Distinguish errors by it, not by the message.
    pub code: ErrorCode,
    /// A message for the person.
    pub message: &'static str,
    /// Whether retrying on this device can help.
    pub recoverable: bool,
    /// The browser's error message, for developers.
    #[cfg_attr(test, tsify(type = "unknown"))]
    pub cause: Option<String>,
}

impl CaptureFailure {
    /// Creates the failure for `code` with the code's message.
    pub fn new(code: ErrorCode, cause: Option<String>) -> Self {
        let (message, recoverable) = (code.message(), code.recoverable());
        CaptureFailure { name: "CaptureError", code, message, recoverable, cause }
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn codes_are_what_serde_writes_and_messages_are_sentences() {
        for error in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(error).unwrap(), error.code());
            assert!(error.message().ends_with('.') && error.message().len() < 120, "{}", error.code());
        }
    }
}
