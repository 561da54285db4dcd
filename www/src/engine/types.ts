// Generated from the Rust types by the test in src/typescript.rs. Do not edit. To update:
// NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript

/** Stable error codes. */
export type ErrorCode = "insecure_context" | "no_media_devices" | "permission_denied" | "permission_policy_blocked" | "no_camera" | "camera_in_use" | "overconstrained" | "stream_interrupted" | "no_frames" | "asset_load_failed" | "asset_timeout" | "worker_blocked" | "capture_timeout" | "internal" | "no_wasm" | "invalid_options" | "unsupported_image" | "cancelled" | "session_expired" | "session_unknown" | "session_finished" | "attempt_expired" | "origin_refused" | "service";

/** An error of a capture, as events and promises report it. */
export interface CaptureFailure {
    /** Identifies the package's errors across copies of the package. */
    name: 'CaptureError';
    /** The stable code. Distinguish errors by it, not by the message. */
    code: ErrorCode;
    /** A message for the person. */
    message: string;
    /** Whether retrying on this device can help. */
    recoverable: boolean;
    /** The browser's error message, for developers. */
    cause: unknown;
}

/** Messages of the errors that occur while the module is not running. */
export const FAILURES = {
    stream_interrupted: { message: "The camera stopped. Check that it is connected, then try again.", recoverable: true },
    no_frames: { message: "The camera is on but sends no picture. Close other apps that use it, or choose another camera.", recoverable: true },
    asset_load_failed: { message: "A part of this page did not load correctly. Reload the page.", recoverable: true },
    asset_timeout: { message: "Loading took too long. Check the connection, then try again.", recoverable: true },
    worker_blocked: { message: "The policy of this website blocks the check. Contact its owner.", recoverable: false },
    internal: { message: "Something went wrong on this page. Try again.", recoverable: true },
    no_wasm: { message: "This browser cannot run this page. Open it in an up-to-date browser.", recoverable: false },
    unsupported_image: { message: "This picture cannot be read in this browser.", recoverable: false },
    cancelled: { message: "The capture was cancelled.", recoverable: true },
} as const satisfies Partial<Record<ErrorCode, Pick<CaptureFailure, "message" | "recoverable">>>;

/** The configuration of a capture. Missing fields take their defaults; unknown fields are an error. */
export interface CaptureConfig {
    /** Thresholds of guidance. */
    thresholds?: Thresholds;
    /** Holds and time limits. */
    session?: SessionConfig;
    /** Number of audit frames. 0 to 24, default 6. */
    auditFrames?: number;
}

/**
 * The thresholds of guidance. Missing fields take their defaults; unknown fields are an error.
 *
 * The default sizes lie between those observed in the field (far faces of 0.14 to 0.21 of the short side or slightly
 * more, near ones from 0.3 up) and a growth of 1.55 from far to near.
 */
export interface Thresholds {
    /** The far stage. Default 0.22 to 0.36, offset 0.12. */
    far?: StageThresholds;
    /** The near stage. Default 0.56 to 0.74, offset 0.13. `minSize` is at least 1.55 times the far `maxSize`. */
    near?: StageThresholds;
    /** Minimum detection score of a face. 0.1 to 0.95, default 0.5. */
    minScore?: number;
    /**
     * Minimum width of a second face that counts, relative to the main face: smaller ones are posters and passers-by.
     * 0.1 to 1, default 0.35.
     */
    otherFaceSize?: number;
    /**
     * Minimum detection score of a second face that counts. Higher than `minScore`: the detector sometimes finds
     * low-scoring faces in patterns, hands or animals, below 0.8 in nearly all of a thousand photographs in which
     * clear faces have 0.85 and more. 0.1 to 0.95, default 0.8.
     */
    otherFaceScore?: number;
    /** Maximum yaw, degrees. 3 to 60, default 18. */
    maxYaw?: number;
    /** Maximum pitch, degrees. 3 to 60, default 20. */
    maxPitch?: number;
    /** Maximum roll, degrees. 3 to 60, default 18. */
    maxRoll?: number;
    /** Minimum sharpness of the face. 0 to 0.95, default 0.25. */
    minSharpness?: number;
    /**
     * Minimum brightness of the face. 0 to 0.6, default 0.24: four of five photographed faces are below it when
     * darkened by four stops, and none as photographed, for every skin tone.
     */
    minBrightness?: number;
    /** Maximum brightness of the face. 0.4 to 1, default 0.85. */
    maxBrightness?: number;
    /**
     * Maximum brightness of the background above that of the face. 0.05 to 1, default 0.5: a pale wall behind dark
     * skin is not back light.
     */
    maxBacklight?: number;
    /** Maximum overexposed share of the face. 0.01 to 1, default 0.25. */
    maxOverexposed?: number;
    /** Maximum occlusion. 0.05 to 1, default 0.5. */
    maxOcclusion?: number;
    /** Maximum speed of the face, in face widths per second. 0.05 to 10, default 0.6. */
    maxSpeed?: number;
    /**
     * How far beyond its limit a failing check must go to pass again, relative to the limit (to the stage's whole
     * range for sizes). 0 to 0.3, default 0.08.
     */
    margin?: number;
    /** How long a changed instruction must persist before it is shown, ms. 0 to 3000, default 600. */
    instructionHold?: number;
}

/**
 * Size and position of the face in one stage, relative to the visible short side: the shorter side of the part of the
 * frame that the page shows. A stage must be given completely.
 */
export interface StageThresholds {
    /** Minimum width of the face box. 0.1 to 0.95. */
    minSize: number;
    /** Maximum width of the face box; at least 1.15 times `minSize`. 0.1 to 0.95. */
    maxSize: number;
    /** Maximum distance of the face's centre from its position in the oval, horizontally and vertically. 0.02 to 0.5. */
    maxOffset: number;
}

/** Times of a session in ms. Missing fields take their defaults. */
export interface SessionConfig {
    /** Hold of the far position. 200 to 5000, default 1000. */
    farHold?: number;
    /** Hold of each stop of a path. 200 to 5000, default 350. */
    stopHold?: number;
    /** Hold of the near position. 200 to 5000, default 800. */
    nearHold?: number;
    /** Time limit of a stage. 3000 to 300000, default 20000. */
    stageLimit?: number;
    /** Time limit of all attempts together, so that restarts end. 5000 to 900000, default 120000. */
    sessionLimit?: number;
    /** How long the face may be lost between far and near. 200 to 5000, default 1000. */
    faceLost?: number;
    /**
     * How long a second face, or a face of different appearance, is tolerated between far and near as an error of the
     * detector. 0 to 700, default 250; less than `nearHold`.
     */
    otherFace?: number;
    /** How long the camera may be muted. 1000 to 60000, default 10000. */
    muteLimit?: number;
}

/** A phase of a session. */
export type Phase = "loading" | "far" | "first_stop" | "second_stop" | "near" | "encoding" | "done" | "timed_out" | "failed" | "cancelled";

/** The stages of an attempt in order. Stops exist only in a motion challenge. */
export type Stage = "far" | "first_stop" | "second_stop" | "near";

/**
 * The instruction for the end user. The locale supplies the text; the code is stable.
 *
 * Left and right are the person's own. They also match the mirrored preview: a person who moves to their own left
 * moves left on the screen.
 */
export type InstructionCode = "no_face" | "multiple_faces" | "too_far" | "too_near" | "move_left" | "move_right" | "move_up" | "move_down" | "not_centered" | "not_frontal" | "occluded" | "too_dark" | "too_bright" | "blurry" | "keep_still";

/** How a session ended. */
export type Outcome = "captured" | "timed_out" | "failed" | "cancelled";

/** Why an attempt restarted at the far stage. */
export type RestartReason = "face_lost" | "face_changed" | "multiple_faces" | "rotated" | "worker_crashed" | "camera_frozen";

/** Why the session's clock is paused. */
export type PauseReason = "hidden" | "muted";

/** The camera permission. */
export type CameraPermission = "granted";

/** How frames reach the worker, best first. */
export type SourceName = "track_processor" | "video_frame" | "image_bitmap" | "canvas";

/** The camera in use, as far as the browser discloses it. */
export interface CameraSettings {
    /** The device's label. */
    label: string;
    /** The device id, valid for this origin. */
    deviceId?: string;
    /** Width of its pictures, px. */
    width?: number;
    /** Height of its pictures, px. */
    height?: number;
    /** Frames per second. */
    frameRate?: number;
    /** `user` or `environment`. */
    facingMode?: string;
}

/**
 * The ellipse that the face should fill, as its bounding box: in CSS px of the video element, which shows the camera
 * with `object-fit: cover`, from that element's upper left corner. The video counts as unmirrored: an overlay on a
 * mirrored video has to be mirrored with it.
 */
export interface Oval {
    /** From the left edge of the video element to the left edge of the ellipse (not to its centre). */
    x: number;
    /** From the top edge of the video element to the top edge of the ellipse. */
    y: number;
    /** Width of the ellipse: its whole horizontal axis. */
    width: number;
    /** Height of the ellipse: its whole vertical axis. */
    height: number;
}

/** The face in one frame, as the capture's manifest describes it. */
export interface FaceFacts {
    /** Left edge of the face box in px of the upright picture. */
    x: number;
    /** Top edge. */
    y: number;
    /** Width. */
    width: number;
    /** Height. */
    height: number;
    /** Detection score, 0 to 1. */
    score: number;
    /** Yaw in degrees. */
    yaw: number;
    /** Pitch in degrees. */
    pitch: number;
    /** Roll in degrees. */
    roll: number;
    /** Sharpness, 0 to 1. */
    sharpness: number;
    /** Brightness, 0 to 1. */
    brightness: number;
}

/** A selected frame as JPEG. */
export interface Still {
    /** The file. */
    jpeg: Uint8Array<ArrayBuffer>;
    /** Width of the picture, px. */
    width: number;
    /** Height of the picture, px. */
    height: number;
    /** When the camera captured it, Unix ms. */
    time: number;
    /** The face in it. */
    face: FaceFacts;
}

/** A small frame for the audit. */
export interface AuditFrame {
    /** The file. */
    jpeg: Uint8Array<ArrayBuffer>;
    /** Width of the picture, px. */
    width: number;
    /** Height of the picture, px. */
    height: number;
    /** When the camera captured it, Unix ms. */
    time: number;
    /** The session's stage at that time. */
    phase: Stage;
    /** The instruction shown at that time, if any. */
    code: InstructionCode | null;
    /** The face in it, if any. */
    face: FaceFacts | null;
}

/** An instruction that was shown. */
export interface InstructionRecord {
    /** When it was shown, Unix ms. */
    time: number;
    /** The session's phase at that time. */
    phase: Phase;
    /** The instruction. */
    code: InstructionCode;
    /** All checks that failed at that time. */
    failing: InstructionCode[];
}

/** The result of a session. If the outcome is `captured`, it contains far, near and a frame for each stop of the path. */
export interface Finished {
    /** How the session ended. */
    outcome: Outcome;
    /** The error, for `timed_out` and `failed`. */
    error: CaptureFailure | null;
    /** The best frame of the far stage. */
    far: Still | null;
    /** The best frame of each stop of the path, in their order. */
    stops: Still[];
    /** The best frame of the near stage. */
    near: Still | null;
    /** Audit frames in chronological order. */
    audit: AuditFrame[];
    /** The instructions that were shown, with their times. */
    instructions: InstructionRecord[];
}

/**
 * An event and its detail. `play-blocked`: the browser shows the camera only after a tap; call `video.play()` in the
 * tap's handler.
 */
export type CaptureEvent = { name: "loading"; detail: { loaded: number; total: number } } | { name: "permission"; detail: { state: CameraPermission } } | { name: "camera-change"; detail: CameraSettings & Record<string, unknown> } | { name: "play-blocked" } | { name: "source"; detail: { name: SourceName } } | { name: "ready" } | { name: "phase"; detail: { phase: Phase } } | { name: "oval"; detail: { stage: Stage; oval: Oval } } | { name: "instruction"; detail: { code: InstructionCode; failing: InstructionCode[]; time: number } } | { name: "progress"; detail: { fraction: number } } | { name: "encoding"; detail: { fraction: number } } | { name: "restarted"; detail: { reason: RestartReason } } | { name: "paused"; detail: { reason: PauseReason } } | { name: "resumed" } | { name: "slow" } | { name: "finished"; detail: Finished } | { name: "error"; detail: CaptureFailure };

/** Events and their details. */
export type CaptureEvents = {
    [Event in CaptureEvent as Event["name"]]: Event extends { detail: infer Detail } ? Detail : undefined;
};
/** Receives every event. */
export type Listener = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => void;

/** Size in CSS px of the element that shows the video with `object-fit: cover`. The oval is given in it. */
export interface Viewport {
    /** Width, CSS px. */
    width: number;
    /** Height, CSS px. */
    height: number;
}

/**
 * What the window transfers to the worker in the `detail` of a message of this kind: frames, or their source. A frame
 * may be accompanied by `capturedAt`, Unix ms.
 */
export type FrameTransfer = "stream" | "track" | "video_frame" | "image_bitmap" | "pixels";

/** A change of the page or the camera. */
export type Signal = "start" | "hidden" | "visible" | "track_muted" | "track_unmuted" | "track_ended" | "save_power" | "full_power" | "cancel";

/** Messages from the window to the worker. */
export type WindowMessage = { kind: "clock"; sentAt: number; aheadAtMost: number } | { kind: "signal"; name: Signal } | { kind: "path"; detail: number[] } | { kind: "viewport"; width: number; height: number };

/** Capabilities of a worker. */
export interface WorkerAbilities {
    /** `MediaStreamTrackProcessor` is available. */
    trackProcessor: boolean;
    /** `VideoFrame` is available. */
    videoFrame: boolean;
    /** `OffscreenCanvas` has a 2d context. */
    offscreenCanvas: boolean;
}

/** Messages from the worker to the window, except events for the page. */
export type WorkerMessage = { kind: "loaded" } | { kind: "ready"; detail: WorkerAbilities; sentAt: number } | { kind: "frame_done"; wait: number } | { kind: "first_frame" } | { kind: "source_failed"; detail: string | null } | { kind: "finished"; detail: Finished } | { kind: "refused"; detail: string | null } | { kind: "crashed"; detail: string | null };

/** An event for the page, sent by the worker. */
export type EventMessage = { kind: "event" } & CaptureEvent;
