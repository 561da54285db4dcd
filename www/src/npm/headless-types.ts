// Types of the headless core.

import type { Build, LoadOptions } from '../engine/load-options.js';
import type { Picture, TimedPicture } from '../engine/pictures.js';
import type {
  AuditFrame,
  CaptureConfig,
  CaptureEvents,
  InstructionRecord,
  SourceName,
  Still,
  Viewport,
} from '../engine/types.js';

/** Options of a headless capture; all have defaults. */
export interface HeadlessOptions {
  /** The element that shows the camera, with `object-fit: cover`. By default a hidden one. */
  video?: HTMLVideoElement;
  /** Your own stream instead of the camera; it is not stopped. */
  stream?: MediaStream;
  /** Your own pictures instead of a camera; the only source that works in a worker. They are never queued. */
  frames?: AsyncIterable<Picture | TimedPicture> | Iterable<Picture | TimedPicture>;
  /** With `frames`: the size to which ovals refer, px; by default that of the first picture. */
  viewport?: Viewport;
  /** The id of the preferred camera; if it is gone, another one is used. */
  deviceId?: string;
  /** Replaces the default constraints: front camera, 1280x720, 30 frames a second, all `ideal`. */
  constraints?: MediaTrackConstraints;
  /** How frames get from the camera to the worker; by default the best way that works. */
  source?: SourceName;
  /** Thresholds, time limits and hold times; docs/SESSION.md lists them. */
  config?: CaptureConfig;
  /** Where to load the engine's files from; found automatically by default. */
  load?: LoadOptions;
  /** Destroys the capture when it aborts. */
  signal?: AbortSignal;
}

/** What the person should do now. */
export type Instruction = CaptureEvents['instruction'];

/** The two pictures, with audit frames and instructions. */
export interface Captured {
  far: Still;
  near: Still;
  /** Small pictures taken during the capture. */
  audit: AuditFrame[];
  /** The instructions the person was given, and when. */
  instructions: InstructionRecord[];
}

/**
 * A capture. Iterating over it yields instructions until the session ends.
 *
 * @example
 * ```js
 * const capture = await createCapture({ video });
 * capture.start();
 * for await (const { code } of capture) hint.textContent = code;
 * const { far, near } = await capture.frames;
 * ```
 */
export interface HeadlessCapture extends AsyncIterable<Instruction> {
  /** The wasm build in use; null with your own pictures. */
  readonly build: Build | null;
  /** The pictures. Rejects with a `CaptureError`: `capture_timeout`, `cancelled`, or an error of the camera. */
  readonly frames: Promise<Captured>;
  /** Asks for the camera and starts. Call it in a tap, which browsers require. Rejects with a `CaptureError`. */
  start(): Promise<void>;
  /** Adds a listener for one kind of event; returns a function that removes it. */
  on<Name extends keyof CaptureEvents>(name: Name, listener: (detail: CaptureEvents[Name]) => void): () => void;
  /** Cancels the session. */
  cancel(): void;
  /** Releases camera and worker. Resolves when nothing runs any more. */
  destroy(): Promise<void>;
}
