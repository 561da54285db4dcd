// What a capture tells while it goes, and what comes out of it.

import type { CaptureFailure } from './errors.js';

/** The stages of a session. */
export type Phase = 'loading' | 'far' | 'near' | 'encoding' | 'done' | 'timed_out' | 'failed' | 'cancelled';
/** What a person can be told; the texts are the page's. */
export type InstructionCode =
  | 'no_face'
  | 'multiple_faces'
  | 'too_far'
  | 'too_near'
  | 'move_left'
  | 'move_right'
  | 'move_up'
  | 'move_down'
  | 'not_centered'
  | 'not_frontal'
  | 'occluded'
  | 'too_dark'
  | 'too_bright'
  | 'blurry'
  | 'keep_still';

/** The face in a chosen frame: box in pixels of the image, angles in degrees, the rest 0 to 1. */
export interface FaceFacts {
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
  yaw: number;
  pitch: number;
  roll: number;
  sharpness: number;
  brightness: number;
}

/** A chosen frame as JPEG. */
export interface Still {
  jpeg: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
  /** When the camera took it, Unix ms. */
  time: number;
  face: FaceFacts;
}

/** A small frame from along the way. */
export interface AuditFrame {
  jpeg: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
  time: number;
  phase: Phase;
  /** What was shown then, if anything. */
  code: InstructionCode | null;
  face: FaceFacts | null;
}

/** What a person was told, and when. */
export interface InstructionRecord {
  time: number;
  phase: Phase;
  code: InstructionCode;
  failing: InstructionCode[];
}

/** How a session ended. Far and near are there when the outcome is `captured`. */
export interface Finished {
  outcome: 'captured' | 'timed_out' | 'failed' | 'cancelled';
  error: CaptureFailure | null;
  far: Still | null;
  near: Still | null;
  audit: AuditFrame[];
  instructions: InstructionRecord[];
}

/** Where the face should be, in CSS px of the video element (which shows the camera with `object-fit: cover`). */
export interface Oval {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Events and their details. */
export interface CaptureEvents {
  loading: { loaded: number; total: number };
  permission: { state: 'granted' };
  'camera-change': Record<string, unknown>;
  /** The browser shows the camera only once the person has tapped: `video.play()` is due in that tap. */
  'play-blocked': undefined;
  source: { name: SourceName };
  ready: undefined;
  phase: { phase: Phase };
  oval: { stage: 'far' | 'near'; oval: Oval };
  instruction: { code: InstructionCode; failing: InstructionCode[]; time: number };
  progress: { fraction: number };
  encoding: { fraction: number };
  restarted: { reason: string };
  paused: { reason: 'hidden' | 'muted' };
  resumed: undefined;
  slow: undefined;
  finished: Finished;
  error: CaptureFailure;
}

/** How frames get from the camera to the worker, best first. */
export type SourceName = 'track_processor' | 'video_frame' | 'image_bitmap' | 'canvas';

export type Listener = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => void;
