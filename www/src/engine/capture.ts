// A capture on a video element: the engine, started for one camera.

import { asError, asFailure } from './errors.js';
import type { Listener, SourceName } from './events.js';
import type { Build, LoadOptions } from './load-options.js';
import { type Glue, loadEngine } from './loader.js';
import { spawnWorker } from './spawning.js';

/** What is wished of a camera that was chosen by its id: what the Rust module wishes by itself, but for the side. */
export const CAMERA_WISHES: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/** Everything that may be set; the defaults are good. */
export interface CaptureOptions {
  /** One frame source in place of the best that works. */
  source?: SourceName | undefined;
  /** `MediaTrackConstraints` in place of: front camera, 1280x720, 30 frames a second, all wishes. */
  constraints?: MediaTrackConstraints | undefined;
  /** A stream in place of the camera's. It is the caller's: it is not stopped. */
  stream?: MediaStream | undefined;
  /** Thresholds, time limits and holds of the pipeline; see docs/SESSION.md. */
  config?: Record<string, unknown> | undefined;
  /** How the engine's files are loaded. */
  load?: LoadOptions | undefined;
}

/** A capture in a page. */
export interface Capture {
  readonly build: Build;
  /** The Rust module, for what else it can do. */
  readonly module: Glue;
  /** Asks for the camera and starts; rejects with a `CaptureError` that the `error` event tells as well. */
  start(): Promise<void>;
  /** Starts over after a session that ended. */
  retry(): Promise<void>;
  /** Starts over with another camera: `MediaTrackConstraints` in place of those of the options. */
  use(constraints: MediaTrackConstraints): Promise<void>;
  cancel(): void;
  /** Ends what is under way at once, also a start: the camera is off, and nothing more of it is told. */
  stop(): void;
  destroy(): void;
}

/** Loads the engine and prepares a capture that shows the camera in `video`. */
export async function prepareCapture(
  video: HTMLVideoElement,
  options: CaptureOptions,
  onEvent: Listener,
): Promise<Capture> {
  const { source, constraints, config, load = {} } = options;
  try {
    const engine = await loadEngine(load, (loaded, total) => onEvent('loading', { loaded, total }));
    const { build, glue } = engine;
    let wanted = constraints;
    const fresh = () =>
      new glue.Capture(video, {
        spawnWorker: () => spawnWorker(engine, load, config),
        onEvent,
        source,
        constraints: wanted,
        config,
        // A copy for each start: it is stopped with the capture, and what the caller has goes on.
        get stream() {
          return options.stream?.clone();
        },
      });
    const wanting = async (begun: Promise<unknown>) => {
      await begun.catch((error) => Promise.reject(asError(error)));
    };
    let capture = fresh();
    const renew = () => {
      capture.free();
      capture = fresh();
    };
    return {
      build,
      module: glue,
      use: (constraints) => {
        wanted = constraints;
        renew();
        return wanting(capture.start());
      },
      start: () => wanting(capture.start()),
      retry: () => wanting(capture.retry()),
      cancel: () => capture.cancel(),
      stop: renew,
      destroy: () => capture.free(),
    };
  } catch (error) {
    onEvent('error', asFailure(error));
    throw asError(error);
  }
}
