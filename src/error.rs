//! What can go wrong, as an integrator and an end user meet it: a stable code, a sentence, and whether
//! trying again can help.

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
    /// The browser cannot run WebAssembly here.
    NoWasm,
    /// The time for a stage ran out.
    CaptureTimeout,
    /// A fault of the engine itself.
    Internal,
}
