// The headless core: a capture for those who bring their own interface.

import { CAMERA_WISHES } from '../engine/cameras.js';
import { type Capture, prepareCapture } from '../engine/capture.js';
import { asError, type CaptureError, optionsError, ownError } from '../engine/errors.js';
import { Feeding } from '../engine/feeding.js';
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

/** What to capture from, and how. All has good defaults. */
export interface HeadlessOptions {
  /** The element that shows the camera (with `object-fit: cover`). Without it there is one that nobody sees. */
  video?: HTMLVideoElement;
  /** A stream of your own in place of the camera; it is not stopped. */
  stream?: MediaStream;
  /** Pictures of your own in place of a camera, the one thing that works in a worker too. They are never queued. */
  frames?: AsyncIterable<Picture | TimedPicture> | Iterable<Picture | TimedPicture>;
  /** With `frames`: the size in which ovals are told, px; that of the first picture unless given. */
  viewport?: Viewport;
  /** The id of a camera, as a wish: a camera that is gone does not keep anybody from going on. */
  deviceId?: string;
  /** `MediaTrackConstraints` in place of: front camera, 1280x720, 30 frames a second, all wishes. */
  constraints?: MediaTrackConstraints;
  /** One way for frames from the camera to the worker in place of the best that works. */
  source?: SourceName;
  /** Thresholds, time limits and holds; docs/SESSION.md lists them. */
  config?: CaptureConfig;
  /** Where the engine's files are; they are found by themselves unless told. */
  load?: LoadOptions;
  /** Ends the capture as `destroy` does. */
  signal?: AbortSignal;
}

/** What a person should do now, as the iteration gives it. */
export type Instruction = CaptureEvents['instruction'];

/** The two pictures and what came along. */
export interface Captured {
  far: Still;
  near: Still;
  /** Small pictures from along the way. */
  audit: AuditFrame[];
  /** What the person was told, and when. */
  instructions: InstructionRecord[];
}

/**
 * A capture. Iterate over it for instructions; it ends when the session does.
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
  /** The wasm build that runs here; null while pictures of your own are used. */
  readonly build: Build | null;
  /** The pictures. Rejects with a `CaptureError`: `capture_timeout`, `cancelled`, a camera's trouble. */
  readonly frames: Promise<Captured>;
  /** Asks for the camera and starts; in a tap, since browsers want one. Rejects with a `CaptureError`. */
  start(): Promise<void>;
  /** Hears one kind of event; returns what ends the hearing. */
  on<Name extends keyof CaptureEvents>(name: Name, listener: (detail: CaptureEvents[Name]) => void): () => void;
  /** Ends the session as cancelled. */
  cancel(): void;
  /** Lets camera and worker go. Resolves when nothing runs any more. */
  destroy(): Promise<void>;
}

/** Instructions as they come, each reader from the moment it begins; the last one first, if there is one. */
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
    let given: Instruction | null = null;
    while (true) {
      if (this.#last && this.#last !== given) {
        given = this.#last;
        yield given;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((wake) => {
        const woken = () => {
          this.#readers.delete(woken);
          wake();
        };
        this.#readers.add(woken);
      });
    }
  }
}

function constraintsOf({ constraints, deviceId }: HeadlessOptions): MediaTrackConstraints | undefined {
  if (deviceId === undefined) return constraints;
  return { ...(constraints ?? CAMERA_WISHES), deviceId: { ideal: deviceId } };
}

function captured({ outcome, error, far, near, audit, instructions }: Finished): Captured {
  if (outcome === 'captured' && far && near) return { far, near, audit, instructions };
  if (outcome === 'cancelled') throw ownError('cancelled');
  throw asError(error);
}

function check({ video, stream, frames }: HeadlessOptions): void {
  if (frames && (video || stream)) throw optionsError('frames: there is a video or stream besides');
  if (!frames && !globalThis.document) throw optionsError('frames: without a window they are needed');
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
  // Who iterates, and reads the frames later, is not to be told of an unhandled rejection meanwhile.
  frames.catch(() => undefined);
  const onEvent = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => {
    if (name === 'instruction') instructions.push(detail as Instruction);
    if (name === 'finished') settle(detail as Finished);
    if (name === 'error') fail(asError(detail));
    if (name === 'finished' || name === 'error') instructions.end();
    events.dispatchEvent(new CustomEvent(name, { detail }));
  };
  const wanted = { source, config, load, stream, constraints: constraintsOf(options) };
  const engine: Capture | Feeding = pictures
    ? new Feeding({ pictures, viewport, config, load }, onEvent)
    : await prepareCapture(video ?? document.createElement('video'), wanted, onEvent);
  if (engine instanceof Feeding) await engine.load();
  const destroy = async () => {
    engine.destroy();
    fail(ownError('cancelled', 'destroyed'));
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
        const wrong = asError(error);
        fail(wrong);
        instructions.end();
        throw wrong;
      }
    },
    on: (name, listener) => {
      const hear = (event: Event) => listener((event as CustomEvent).detail);
      events.addEventListener(name, hear);
      return () => events.removeEventListener(name, hear);
    },
    cancel: () => engine.cancel(),
    destroy,
    [Symbol.asyncIterator]: () => instructions.read(),
  };
}
