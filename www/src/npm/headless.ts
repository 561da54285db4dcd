// The headless core: captures for integrators with their own interface.

import { type CameraCapture, prepareCapture } from '../engine/camera-capture.js';
import { DEFAULT_CONSTRAINTS } from '../engine/cameras.js';
import { asError, captureError, optionsError } from '../engine/errors.js';
import { FrameCapture } from '../engine/frame-capture.js';
import type { Build, LoadOptions } from '../engine/load-options.js';
import type { Picture, TimedPicture } from '../engine/pictures.js';
import type {
  AuditFrame,
  CaptureConfig,
  CaptureEvents,
  Finished,
  InstructionRecord,
  SourceName,
  Still,
  Viewport,
} from '../engine/types.js';
import { CaptureListeners, CaptureState } from './headless-state.js';
import type { SessionCapture, SessionOptions } from './session.js';

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

/** The constraints with the preferred camera. @internal */
export function constraintsOf({
  constraints,
  deviceId,
}: Pick<HeadlessOptions, 'constraints' | 'deviceId'>): MediaTrackConstraints | undefined {
  if (deviceId === undefined) return constraints;
  return { ...(constraints ?? DEFAULT_CONSTRAINTS), deviceId: { ideal: deviceId } };
}

function check({ video, stream, frames }: HeadlessOptions): void {
  if (frames && (video || stream)) throw optionsError('frames: it excludes video and stream');
  if (!frames && !globalThis.document) throw optionsError('frames: it is required without a window');
}

function isInSession(options: HeadlessOptions | SessionOptions): options is SessionOptions {
  const { sessionUrl, token } = options as SessionOptions;
  return sessionUrl !== undefined || token !== undefined;
}

/**
 * Opens a session of the service, loads the engine and prepares a capture whose pictures can be submitted. Rejects with
 * a `CaptureError`.
 *
 * @example
 * ```js
 * const capture = await createCapture({ video, sessionUrl });
 * capture.start();
 * for await (const { code } of capture) hint.textContent = code;
 * await capture.submit();
 * const { passed } = await capture.verdict();
 * ```
 */
export function createCapture(options: SessionOptions): Promise<SessionCapture>;
/** Loads the engine and prepares a capture. Rejects with a `CaptureError`. */
export function createCapture(options?: HeadlessOptions): Promise<HeadlessCapture>;
export async function createCapture(options: HeadlessOptions | SessionOptions = {}): Promise<HeadlessCapture> {
  if (!isInSession(options)) return createPlainCapture(options);
  const { openSession } = await import('./session-capture.js').catch((error) =>
    Promise.reject(captureError('asset_load_failed', String(error))),
  );
  return openSession(options);
}

async function createPlainCapture(options: HeadlessOptions): Promise<HeadlessCapture> {
  check(options);
  const { frames: pictures, video, stream, source, config, load, viewport, signal } = options;
  const listeners = new CaptureListeners();
  const state = new CaptureState();
  const onEvent = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => {
    if (name === 'instruction') state.instructions.push(detail as Instruction);
    if (name === 'finished') state.finish(detail as Finished);
    if (name === 'error') state.fail(asError(detail));
    listeners.emit(name, detail);
  };
  const cameraOptions = { source, config, load, stream, constraints: constraintsOf(options) };
  const engine: CameraCapture | FrameCapture = pictures
    ? new FrameCapture({ pictures, viewport, config, load }, onEvent)
    : await prepareCapture(video ?? document.createElement('video'), cameraOptions, onEvent);
  if (engine instanceof FrameCapture) await engine.load();
  const destroy = async () => {
    engine.destroy();
    state.fail(captureError('cancelled', 'destroyed'));
  };
  signal?.addEventListener('abort', () => void destroy(), { once: true });
  if (signal?.aborted) await destroy();
  return {
    build: 'build' in engine ? engine.build : null,
    frames: state.frames,
    start: async () => {
      try {
        await engine.start();
      } catch (error) {
        const failure = asError(error);
        state.fail(failure);
        throw failure;
      }
    },
    on: (name, listener) => listeners.on(name, listener),
    cancel: () => engine.cancel(),
    destroy,
    [Symbol.asyncIterator]: () => state.instructions.read(),
  };
}
