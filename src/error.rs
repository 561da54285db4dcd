//! What can go wrong, as an integrator and an end user meet it: a stable code, a sentence, and whether
//! trying again can help.
//!
//! The loader adds `no_wasm` of its own: where that arises this module is not running.

use serde::{Deserialize, Serialize};

/// Every error of the engine. The codes are stable API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A file of the engine is missing, altered or served wrongly.
    AssetLoadFailed,
    /// A file of the engine did not arrive in time.
    AssetTimeout,
    /// The time for a stage ran out.
    CaptureTimeout,
    /// A fault of the engine itself.
    Internal,
}

impl ErrorCode {
    /// Every code, for tables and tests.
    pub const ALL: [ErrorCode; 12] = [
        Self::InsecureContext,
        Self::NoMediaDevices,
        Self::PermissionDenied,
        Self::PermissionPolicyBlocked,
        Self::NoCamera,
        Self::CameraInUse,
        Self::Overconstrained,
        Self::StreamInterrupted,
        Self::AssetLoadFailed,
        Self::AssetTimeout,
        Self::CaptureTimeout,
        Self::Internal,
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
            Self::AssetLoadFailed => "asset_load_failed",
            Self::AssetTimeout => "asset_timeout",
            Self::CaptureTimeout => "capture_timeout",
            Self::Internal => "internal",
        }
    }

    /// What happened and what to do, in a sentence or two for the person at the screen.
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
            Self::AssetLoadFailed => "A part of this page did not load correctly. Reload the page.",
            Self::AssetTimeout => "Loading took too long. Check the connection, then try again.",
            Self::CaptureTimeout => "Time ran out. Follow the instructions on the screen, then try again.",
            Self::Internal => "Something went wrong on this page. Try again.",
        }
    }

    /// Whether the same person on the same device can get past it by trying again.
    pub fn recoverable(self) -> bool {
        !matches!(self, Self::InsecureContext | Self::NoMediaDevices | Self::PermissionPolicyBlocked)
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
