// The headless core: captures for integrators with their own interface.

import { type CameraCapture, prepareCapture } from '../engine/camera-capture.js';
import { DEFAULT_CONSTRAINTS } from '../engine/cameras.js';
import { asError, type CaptureError, captureError, optionsError } from '../engine/errors.js';
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

/** Broadcasts instructions. Each reader gets the last one first, if there is one, and then every new one. */
class Instructions {
  #last: Instruction | null = null;
  #ended = false;
  readonly #readers = new Set<() => void>();

  push(instruction: Instruction): void {
    this.#last = instruction;
    for (const wake of this.#readers) wake();
  }

  end(): void {
    this.#ended = true;
    for (const wake of this.#readers) wake();
  }

  async *read(): AsyncGenerator<Instruction> {
    let current: Instruction | null = null;
    while (true) {
      if (this.#last && this.#last !== current) {
        current = this.#last;
        yield current;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((wake) => {
        const onChange = () => {
          this.#readers.delete(onChange);
          wake();
        };
        this.#readers.add(onChange);
      });
    }
  }
}

function constraintsOf({ constraints, deviceId }: HeadlessOptions): MediaTrackConstraints | undefined {
  if (deviceId === undefined) return constraints;
  return { ...(constraints ?? DEFAULT_CONSTRAINTS), deviceId: { ideal: deviceId } };
}

function captured({ outcome, error, far, near, audit, instructions }: Finished): Captured {
  if (outcome === 'captured' && far && near) return { far, near, audit, instructions };
  if (outcome === 'cancelled') throw captureError('cancelled');
  throw asError(error);
}

function check({ video, stream, frames }: HeadlessOptions): void {
  if (frames && (video || stream)) throw optionsError('frames: it excludes video and stream');
  if (!frames && !globalThis.document) throw optionsError('frames: it is required without a window');
}

/** Loads the engine and prepares a capture. Rejects with a `CaptureError`. */
export async function createCapture(options: HeadlessOptions = {}): Promise<HeadlessCapture> {
  check(options);
  const { frames: pictures, video, stream, source, config, load, viewport, signal } = options;
  const events = new EventTarget();
  const instructions = new Instructions();
  let settle: (result: Finished) => void = () => undefined;
  let fail: (error: CaptureError) => void = () => undefined;
  const frames = new Promise<Captured>((resolve, reject) => {
    settle = (result) => {
      try {
        resolve(captured(result));
      } catch (error) {
        reject(error);
      }
    };
    fail = reject;
  });
  // A caller that iterates first and awaits the frames later must not cause an unhandled rejection.
  frames.catch(() => undefined);
  const onEvent = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => {
    if (name === 'instruction') instructions.push(detail as Instruction);
    if (name === 'finished') settle(detail as Finished);
    if (name === 'error') fail(asError(detail));
    if (name === 'finished' || name === 'error') instructions.end();
    events.dispatchEvent(new CustomEvent(name, { detail }));
  };
  const cameraOptions = { source, config, load, stream, constraints: constraintsOf(options) };
  const engine: CameraCapture | FrameCapture = pictures
    ? new FrameCapture({ pictures, viewport, config, load }, onEvent)
    : await prepareCapture(video ?? document.createElement('video'), cameraOptions, onEvent);
  if (engine instanceof FrameCapture) await engine.load();
  const destroy = async () => {
    engine.destroy();
    fail(captureError('cancelled', 'destroyed'));
    instructions.end();
  };
  signal?.addEventListener('abort', () => void destroy(), { once: true });
  if (signal?.aborted) await destroy();
  return {
    build: 'build' in engine ? engine.build : null,
    frames,
    start: async () => {
      try {
        await engine.start();
      } catch (error) {
        const failure = asError(error);
        fail(failure);
        instructions.end();
        throw failure;
      }
    },
    on: (name, listener) => {
      const handle = (event: Event) => listener((event as CustomEvent).detail);
      events.addEventListener(name, handle);
      return () => events.removeEventListener(name, handle);
    },
    cancel: () => engine.cancel(),
    destroy,
    [Symbol.asyncIterator]: () => instructions.read(),
  };
}
