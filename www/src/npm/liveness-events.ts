// The events of <nearfar-liveness>. All bubble and leave shadow trees; none can be cancelled.

import type { CaptureFailure } from '../engine/errors.js';
import type { AuditFrame, CameraSettings, CaptureEvents, InstructionRecord, Still } from '../engine/types.js';

/** In every detail. */
export interface Told {
  /** The session's `signatureId`; null before the service has answered. */
  sessionId: string | null;
  /** The version of this package. */
  version: string;
}

/** Where the person goes from here, as the session says. */
export interface Next {
  info: 'successNext' | 'failedNext';
  url: string;
}

/** Event to detail. */
export interface LivenessEvents {
  /** All is loaded: the person can begin. */
  ready: Told;
  /** The camera was granted or refused. */
  permission: Told & { state: 'granted' | 'denied' };
  /** The camera runs and the capture has begun. */
  started: Told;
  /** What the person should do now. */
  instruction: Told & CaptureEvents['instruction'];
  phase: Told & CaptureEvents['phase'];
  /** The share of the hold in this phase, 0 to 1. */
  progress: Told & CaptureEvents['progress'];
  /** The pictures, before they are sent. */
  captured: Told & { far: Still; near: Still; audit: AuditFrame[]; instructions: InstructionRecord[] };
  /** The share of the attempt's pictures or of its video that was sent, 0 to 1. */
  uploading: Told & { what: 'pictures' | 'video'; share: number };
  /** An attempt was judged. What counts is what your back end is told by the service. */
  complete: Told & {
    passed: boolean;
    /** The result's code; null where the session was over before. */
    code: string | null;
    /** 0 to 100. */
    score: number | null;
    /** Whether the session is over; else the person may try again. */
    over: boolean;
    /** The first three attempts with the code `FACE_QUALITY_TOO_POOR` cost no try. */
    triesLeft: number;
    next: Next | null;
  };
  /** The person has tapped the last page's button: `next` is where the session wants them to go. */
  continue: Told & { next: Next | null };
  /** The person has left the camera for now. */
  cancel: Told;
  error: Told & CaptureFailure;
  /** This browser cannot do it; the `error` follows. */
  unsupported: Told & CaptureFailure;
  /** Another camera runs, or the same one otherwise: its settings, as far as the browser tells. */
  'camera-change': Told & CameraSettings & Record<string, unknown>;
}
