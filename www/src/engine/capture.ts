// A capture on a video element: the engine, started for one camera.

import { CameraWatch } from './camera-watch.js';
import { otherCameras } from './cameras.js';
import { asError, asFailure, type CaptureError, type CaptureFailure, ownError } from './errors.js';
import type { Build, LoadOptions } from './load-options.js';
import { type Glue, loadEngine } from './loader.js';
import { Workers } from './spawning.js';
import type { CaptureConfig, Listener, SourceName } from './types.js';

/** How often a camera that is stuck is taken anew in one capture. */
const MOST_FREEZES = 2;

/** Everything that may be set; the defaults are good. */
export interface CaptureOptions {
  /** One frame source in place of the best that works. */
  source?: SourceName | undefined;
  /** `MediaTrackConstraints` in place of: front camera, 1280x720, 30 frames a second, all wishes. */
  constraints?: MediaTrackConstraints | undefined;
  /** A stream in place of the camera's. It is the caller's: it is not stopped. */
  stream?: MediaStream | undefined;
  /** Thresholds, time limits and holds of the pipeline; see docs/SESSION.md. */
  config?: CaptureConfig | Record<string, unknown> | undefined;
  /** How the engine's files are loaded. */
  load?: LoadOptions | undefined;
}

/** A capture in a page. */
export interface Capture {
  readonly build: Build;
  /** The Rust module, for what else it can do. */
  readonly module: Glue;
  /**
   * Leads along a path from the next start on: `size`, `x` and `y` of far, one or two stops and near, one after the other.
   * With no numbers from far to near, both in the middle. Throws a `RangeError` for numbers that are no path.
   */
  follow(numbers: Float32Array): void;
  /** Asks for the camera and starts; rejects with a `CaptureError` that the `error` event tells as well. */
  start(): Promise<void>;
  /** Starts over after a session that ended, with a new stream. */
  retry(): Promise<void>;
  /** Starts over with another camera: `MediaTrackConstraints` in place of those of the options. */
  use(constraints: MediaTrackConstraints): Promise<void>;
  /** The same from the next start on; what is under way ends. */
  prefer(constraints: MediaTrackConstraints): void;
  /** Holds the capture while nobody can see the video, or lets it go on. */
  hold(isHeld: boolean): void;
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
    const workers = await Workers.open(load);
    let wanted = constraints;
    let path = new Float32Array();
    let isHeld = false;
    let isDestroyed = false;
    let freezes = 0;
    let watch: CameraWatch | null = null;
    /** Ends a start that waits; later it does nothing. */
    let refuse: (error: CaptureError) => void = () => undefined;
    const unwatch = () => {
      watch?.end();
      watch = null;
    };
    const tell: Listener = (name, detail) => {
      if (name === 'permission') {
        unwatch();
        watch = new CameraWatch(video, () => isHeld, onTrouble);
      }
      // The start tells it, when no other camera is free either.
      if (name === 'error' && (detail as CaptureFailure).code === 'camera_in_use') return;
      if (name === 'encoding' || name === 'finished' || name === 'error') unwatch();
      onEvent(name, detail);
    };
    const fresh = (wished: MediaTrackConstraints | undefined) => {
      const capture = new glue.CaptureController(video, {
        spawnWorker: () => workers.spawn(engine, config),
        onEvent: tell,
        source,
        constraints: wished,
        config,
        // A copy for each start: it is stopped with the capture, and what the caller has goes on.
        get stream() {
          return options.stream?.clone();
        },
      });
      capture.hold(isHeld);
      capture.follow(path);
      return capture;
    };
    let capture = fresh(wanted);
    const renew = (wished = wanted) => {
      unwatch();
      capture.free();
      capture = fresh(wished);
      return capture;
    };
    /** After a camera that is busy come the others, until one starts. The next start has the first wish again. */
    const open = async (begun: Promise<unknown>) => {
      let own = capture;
      const isOver = () => isDestroyed || capture !== own;
      const error = await begun.then(() => null, asError);
      if (error?.code !== 'camera_in_use') return error;
      for (const wish of await otherCameras(wanted)) {
        if (isOver()) return error;
        own = renew(wish);
        const another = await own.start().then(() => null, asError);
        if (another?.code !== 'camera_in_use') return another;
      }
      if (isOver()) return error;
      renew();
      onEvent('error', asFailure(error));
      return error;
    };
    const begin = (begun: Promise<unknown>) => {
      freezes = 0;
      return new Promise<void>((done, fail) => {
        refuse = fail;
        void open(begun).then((error) => (error ? fail(error) : done()));
      });
    };
    const onTrouble = (what: 'silent' | 'frozen') => {
      // The caller's own pictures may stand still, and another copy of them would not move either.
      if (what === 'frozen' && options.stream) return;
      renew();
      if (what === 'frozen' && freezes < MOST_FREEZES) {
        freezes += 1;
        tell('restarted', { reason: 'camera_frozen' });
        void open(capture.start());
        return;
      }
      const error = ownError(what === 'silent' ? 'no_frames' : 'stream_interrupted', `the camera is ${what}`);
      refuse(error);
      tell('error', asFailure(error));
    };
    return {
      build,
      module: glue,
      use: (constraints) => {
        wanted = constraints;
        renew();
        return begin(capture.start());
      },
      prefer: (constraints) => {
        wanted = constraints;
        renew();
      },
      follow: (numbers) => {
        capture.follow(numbers);
        path = Float32Array.from(numbers);
      },
      hold: (held) => {
        isHeld = held;
        capture.hold(held);
      },
      start: () => begin(capture.start()),
      retry: () => {
        renew();
        return begin(capture.start());
      },
      cancel: () => capture.cancel(),
      stop: () => void renew(),
      destroy: () => {
        isDestroyed = true;
        unwatch();
        capture.free();
        workers.close();
      },
    };
  } catch (error) {
    onEvent('error', asFailure(error));
    throw asError(error);
  }
}
