// The format of scenarios.

import type { ErrorCode, InstructionCode, Phase, RestartReason } from '../engine/types.js';

/** The name of a drawn person. */
export type PersonName = 'ada' | 'ben' | 'chi';

/** A position of the face. Without one the person follows the oval. */
export interface Position {
  /** Width of the face, as a share of the visible short side: the shorter side of the part of the picture shown. */
  size: number;
  /** Distance from the middle to the right side of the unmirrored picture (the person's left), in visible short sides. */
  x?: number;
  /** Distance from the middle downwards, in visible short sides. */
  y?: number;
}

/** What the camera shows for a while. Everything is optional: a person who follows the oval is the default. */
export interface Scene {
  /** The scene ends when the page enters this phase. */
  until?: Phase;
  /** The scene ends after this time. The last scene lasts. */
  seconds?: number;
  /** Where the face is. Without it, the person follows the oval by the page's phases and instructions. */
  at?: Position;
  /** `nobody`: an empty room; `other`: another person than in the other scenes. */
  person?: 'nobody' | 'other';
  /** Whether a second person stands beside the first. */
  second?: boolean;
  /** Turns the head, degrees. */
  yaw?: number;
  /** What covers a part of the face. */
  cover?: 'mouth' | 'eyes';
  /** Brightness; 1 is normal. */
  light?: number;
  /** Defocus, as a share of the picture's short side. */
  blur?: number;
  /** How far the person sways to both sides, in visible short sides. */
  sway?: number;
  /**
   * `frozen`: no more pictures; `ended`: the camera is unplugged; `muted`: the system pauses the camera; `turned`: the
   * device is turned. A `frozen` or `ended` scene ends when the page asks for the camera again.
   */
  stream?: 'frozen' | 'ended' | 'muted' | 'turned';
}

/** How the browser responds to the page, if not like one with a camera that it may use. */
export interface Refusal {
  /** The error of `getUserMedia`. */
  error?: { name: string; message: string };
  /** The camera is granted but never sends a picture. */
  silent?: boolean;
  /** What the browser lacks or forbids. */
  lacks?: 'secure_context' | 'media_devices' | 'policy' | 'camera' | 'wasm' | 'workers';
}

/** The code of a result. */
export type ResultCode =
  | 'SUCCESS'
  | 'TOO_MANY_FACES_DETECTED'
  | 'NO_FACE_DETECTED'
  | 'INVALID_FACE_DETECTED'
  | 'FACE_OCCLUDED'
  | 'FACE_QUALITY_TOO_POOR';

/** A result that a test chooses: a code, or with a score (0 to 100; with SUCCESS only) and the kind of an attack. */
export type SandboxResult =
  | ResultCode
  | {
      code: ResultCode;
      score?: number;
      /** With a score of 0. 1: presentation, 2: injection, 3: one or the other. */
      attackType?: 1 | 2 | 3;
    };

/** An event that the page reports in a scenario. Others may come in between. */
export type ExpectedEvent =
  | { name: 'phase'; phase: Phase }
  | { name: 'instruction'; code: InstructionCode }
  | { name: 'error'; code: ErrorCode }
  | { name: 'complete'; passed: boolean; code: ResultCode };

/** An event that the page has reported, with the fields that scenarios compare. */
export interface PlayedEvent {
  /** Without the hosted page's `nearfar:`. */
  name: string;
  phase?: Phase;
  code?: string | null;
  reason?: string;
  passed?: boolean;
}

/** A scenario for the fake camera. */
export interface Scenario {
  /** What happens, in a sentence. */
  description: string;
  /** What the camera shows, one after the other. */
  scenes: Scene[];
  /** The browser's refusal, if it refuses something. */
  refusal?: Refusal;
  /** The events that the page reports, in this order. */
  events: ExpectedEvent[];
  /** The reason of the `restarted` event of the hosted page and of `createCapture`; `<nearfar-liveness>` has none. */
  restart?: RestartReason;
  /** The results to choose for the session, in a sandbox account: the field `sandbox` of Get Token. */
  sandbox?: SandboxResult[];
}

/** Options of the fake camera; all have defaults. */
export interface FakeCameraOptions {
  /** Who is in the picture. Default `ada`. */
  person?: PersonName;
  /** Width of the picture, px. By default 480 in an upright window, otherwise 640. */
  width?: number;
  /** Height of the picture, px. By default 640 in an upright window, otherwise 480. */
  height?: number;
  /** Pictures per second. Default 20. */
  frameRate?: number;
}

/** The fake camera of a window, as `window.nearfarCamera`. */
export interface FakeCamera {
  /** The events of the page so far. */
  readonly events: PlayedEvent[];
  /** Starts the scenes of another scenario, also while the camera runs. Its `refusal` has no effect. */
  play(scenario: Scenario): void;
  /** Reports an event of your own capture: `capture.on('phase', (detail) => camera.report('phase', detail))`. */
  report(name: 'phase' | 'instruction', detail: object): void;
  /** Stops the camera and gives the window its own functions back. */
  remove(): void;
}

declare global {
  interface Window {
    /** The fake camera of `nearfar/testing`. */
    nearfarCamera?: FakeCamera;
  }
}
