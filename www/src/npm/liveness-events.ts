// The events of <nearfar-liveness>. All bubble and leave shadow trees; none can be cancelled.

import type { CaptureFailure } from '../engine/errors.js';
import type { AuditFrame, CameraSettings, CaptureEvents, InstructionRecord, Still } from '../engine/types.js';
import type { Next, Verdict } from '../flow/verdict.js';

/** Fields of every event's detail. */
export interface EventDetail {
  /** The session's `signatureId`; null before the service has answered. */
  sessionId: string | null;
  /** The version of this package. */
  version: string;
}

/** The events and their details. */
export interface LivenessEvents {
  /** Everything is loaded: the person can begin. */
  ready: EventDetail;
  /** The camera was granted or denied. */
  permission: EventDetail & { state: 'granted' | 'denied' };
  /** The camera runs and the capture has begun. */
  started: EventDetail;
  /** What the person should do now. */
  instruction: EventDetail & CaptureEvents['instruction'];
  /** The capture has entered another phase. */
  phase: EventDetail & CaptureEvents['phase'];
  /** The share of the hold time in this phase, 0 to 1. */
  progress: EventDetail & CaptureEvents['progress'];
  /** The pictures, before they are uploaded. */
  captured: EventDetail & { far: Still; near: Still; audit: AuditFrame[]; instructions: InstructionRecord[] };
  /** The share of the attempt's pictures or of its video that was uploaded, 0 to 1. */
  uploading: EventDetail & { what: 'pictures' | 'video'; share: number };
  /** An attempt has its result. Only the result that your back end gets from the service counts. */
  complete: EventDetail & Verdict;
  /** The person has tapped the last page's button; `next` is the session's next address. */
  continue: EventDetail & { next: Next | null };
  /** The person cancelled the capture. */
  cancel: EventDetail;
  /** Something failed; `code` is stable. */
  error: EventDetail & CaptureFailure;
  /** This browser lacks something that is required; `error` follows. */
  unsupported: EventDetail & CaptureFailure;
  /** The camera or its settings changed; the settings, as far as the browser reports them. */
  'camera-change': EventDetail & CameraSettings & Record<string, unknown>;
}
