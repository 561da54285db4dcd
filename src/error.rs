//! What can go wrong, as an integrator and an end user meet it: a stable code, a sentence, and whether
//! trying again can help.
//!
//! The page's own are among them, so that all codes are written once: `typescript` writes the sentences of those that
//! arise where this module is not running.

use serde::{Deserialize, Serialize};

/// The stable codes of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The page is not served over https (or localhost): browsers hide the camera then.
    InsecureContext,
    /// The browser offers no `navigator.mediaDevices.getUserMedia`.
    NoMediaDevices,
    /// The person, or an earlier choice, refused the camera.
    PermissionDenied,
    /// A permissions policy forbids the camera, as in an iframe without `allow="camera"`.
    PermissionPolicyBlocked,
    /// There is no camera.
    NoCamera,
    /// The camera is there but does not start: another program holds it.
    CameraInUse,
    /// No camera meets what was asked for.
    Overconstrained,
    /// The camera stopped during the session.
    StreamInterrupted,
    /// The camera is on and sends nothing.
    NoFrames,
    /// A file of the engine is missing, altered or served wrongly.
    AssetLoadFailed,
    /// A file of the engine did not arrive in time.
    AssetTimeout,
    /// The policy of the website lets no worker start.
    WorkerBlocked,
    /// The time for a stage ran out.
    CaptureTimeout,
    /// A fault of the engine itself.
    Internal,
    /// The browser has no WebAssembly, or its policy forbids it.
    NoWasm,
    /// An option that makes no sense.
    InvalidOptions,
    /// A picture of a kind that cannot be read.
    UnsupportedImage,
    /// The page, or who shows it, gave up.
    Cancelled,
    /// The service: the session's time is over.
    SessionExpired,
    /// The service: there is no such session.
    SessionUnknown,
    /// The service did not answer, or refused.
    Service,
}

impl ErrorCode {
    /// Every code, for tables and tests.
    pub const ALL: [ErrorCode; 21] = [
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
            Self::Service => "service",
        }
    }

    /// What happened and what to do, in a sentence or two for the person at the screen. Who knows more than the code
    /// tells it in another message: which option makes no sense, what the service said.
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
            Self::Overconstrained => "No camera fits what was asked for. Choose another camera.",
            Self::StreamInterrupted => "The camera stopped. Check that it is connected, then try again.",
            Self::NoFrames => {
                "The camera is on but sends no picture. Close other apps that use it, or choose another camera."
            }
            Self::AssetLoadFailed => "A part of this page did not load correctly. Reload the page.",
            Self::AssetTimeout => "Loading took too long. Check the connection, then try again.",
            Self::WorkerBlocked => "The policy of this website does not let the check start. Tell its owner.",
            Self::CaptureTimeout => "Time ran out. Follow the instructions on the screen, then try again.",
            Self::Internal => "Something went wrong on this page. Try again.",
            Self::NoWasm => "This browser cannot run this page. Open it in an up-to-date browser.",
            Self::InvalidOptions => "An option makes no sense.",
            Self::UnsupportedImage => "This picture cannot be read here.",
            Self::Cancelled => "The capture was cancelled.",
            Self::SessionExpired => "This session has expired.",
            Self::SessionUnknown => "This session is not known.",
            Self::Service => "The service did not answer. Try again.",
        }
    }

    /// Whether the same person on the same device can get past it by trying again.
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
        )
    }
}

/// What every failure of a capture looks like, in events and as an error.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct CaptureFailure {
    /// What the package's own errors are known by, of whichever copy of it.
    #[cfg_attr(test, tsify(type = "'CaptureError'"))]
    pub name: &'static str,
    /// A stable code: tell failures apart by it, never by the message.
    pub code: ErrorCode,
    /// A sentence for the person at the screen.
    pub message: &'static str,
    /// Whether trying again on this device can help.
    pub recoverable: bool,
    /// What the browser said, for developers.
    #[cfg_attr(test, tsify(type = "unknown"))]
    pub cause: Option<String>,
}

impl CaptureFailure {
    /// The failure with this code, in the code's own words.
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
