// Captures from a camera that a video element shows.

import { CameraWatchdog } from './camera-watchdog.js';
import { alternativeCameras } from './cameras.js';
import { asError, asFailure, type CaptureError, type CaptureFailure, captureError } from './errors.js';
import type { Build, LoadOptions } from './load-options.js';
import { type Glue, loadEngine } from './loader.js';
import type { CaptureConfig, Listener, SourceName } from './types.js';
import { WorkerFactory } from './worker-factory.js';

/** How often one capture restarts a frozen camera. */
const MAX_FREEZES = 2;

/** Options of a capture; all have defaults. */
export interface CaptureOptions {
  /** A frame source to use instead of the best one that works. */
  source?: SourceName | undefined;
  /** Replaces the default constraints: front camera, 1280x720, 30 frames a second, all `ideal`. */
  constraints?: MediaTrackConstraints | undefined;
  /** A stream to use instead of the camera's. It belongs to the caller and is not stopped. */
  stream?: MediaStream | undefined;
  /** Thresholds, time limits and hold times of the pipeline; see docs/SESSION.md. */
  config?: CaptureConfig | Record<string, unknown> | undefined;
  /** How the engine's files are loaded. */
  load?: LoadOptions | undefined;
}

/** A capture in a window. */
export interface CameraCapture {
  readonly build: Build;
  /** The Rust module. */
  readonly module: Glue;
  /** Ends the session and uses this configuration of the pipeline from the next start on. */
  configure(config: CaptureOptions['config']): void;
  /**
   * Sets the motion path from the next start on: `size`, `x` and `y` of far, one or two stops and near, in order.
   * Without numbers the path leads from far to near, both in the middle. Throws a `RangeError` for an invalid path.
   */
  followPath(numbers: Float32Array): void;
  /** Asks for the camera and starts; rejects with a `CaptureError`, which the `error` event reports too. */
  start(): Promise<void>;
  /** Starts a new session with a new stream. */
  retry(): Promise<void>;
  /** Starts over with constraints that replace those of the options. */
  switchCamera(constraints: MediaTrackConstraints): Promise<void>;
  /** Ends the session and uses the constraints from the next start on. */
  preferCamera(constraints: MediaTrackConstraints): void;
  /** Pauses the capture while the video is not visible, or resumes it. */
  hold(isHeld: boolean): void;
  cancel(): void;
  /** Ends the session or a pending start at once: the camera is off, and no more events follow. */
  stop(): void;
  destroy(): void;
}

/** Loads the engine and prepares a capture that shows the camera in `video`. */
export async function prepareCapture(
  video: HTMLVideoElement,
  options: CaptureOptions,
  onEvent: Listener,
): Promise<CameraCapture> {
  const { source, constraints, load = {} } = options;
  try {
    // In parallel, but errors of the engine come first: without it no worker helps.
    const opening = WorkerFactory.open(load);
    opening.catch(() => undefined);
    const engine = await loadEngine(load, (loaded, total) => onEvent('loading', { loaded, total })).catch((error) => {
      void opening.then(
        (factory) => factory.close(),
        () => undefined,
      );
      throw error;
    });
    const workerFactory = await opening;
    workerFactory.prepare(engine);
    const { build, glue } = engine;
    let { config } = options;
    let currentConstraints = constraints;
    let path = new Float32Array();
    let isHeld = false;
    let isDestroyed = false;
    let freezes = 0;
    let watch: CameraWatchdog | null = null;
    /** Rejects a pending start; later it has no effect. */
    let rejectStart: (error: CaptureError) => void = () => undefined;
    const unwatch = () => {
      watch?.end();
      watch = null;
    };
    const handleEvent: Listener = (name, detail) => {
      if (name === 'permission') {
        unwatch();
        watch = new CameraWatchdog(video, () => isHeld, onFailure);
      }
      // The start reports it, unless another camera is free.
      if (name === 'error' && (detail as CaptureFailure).code === 'camera_in_use') return;
      if (name === 'encoding' || name === 'finished' || name === 'error') unwatch();
      onEvent(name, detail);
    };
    const create = (constraints: MediaTrackConstraints | undefined) => {
      const capture = new glue.WindowCapture(video, {
        spawnWorker: () => workerFactory.spawn(engine, config),
        onEvent: handleEvent,
        source,
        constraints,
        config,
        // A clone for each start: the capture stops it, and the caller's stream continues.
        get stream() {
          return options.stream?.clone();
        },
      });
      capture.hold(isHeld);
      capture.follow(path);
      return capture;
    };
    let capture = create(currentConstraints);
    const recreate = (constraints = currentConstraints) => {
      unwatch();
      capture.free();
      capture = create(constraints);
      return capture;
    };
    /** If the camera is busy, tries the others until one starts. The next start uses the constraints again. */
    const tryCameras = async (started: Promise<unknown>) => {
      let current = capture;
      const isOver = () => isDestroyed || capture !== current;
      const error = await started.then(() => null, asError);
      if (error?.code !== 'camera_in_use') return error;
      for (const alternative of await alternativeCameras(currentConstraints)) {
        if (isOver()) return error;
        current = recreate(alternative);
        const another = await current.start().then(() => null, asError);
        if (another?.code !== 'camera_in_use') return another;
      }
      if (isOver()) return error;
      recreate();
      onEvent('error', asFailure(error));
      return error;
    };
    const begin = (started: Promise<unknown>) => {
      freezes = 0;
      return new Promise<void>((done, fail) => {
        rejectStart = fail;
        void tryCameras(started).then((error) => (error ? fail(error) : done()));
      });
    };
    const onFailure = (what: 'silent' | 'frozen') => {
      // The caller's stream may show a still picture, and a new clone would not move either.
      if (what === 'frozen' && options.stream) return;
      recreate();
      if (what === 'frozen' && freezes < MAX_FREEZES) {
        freezes += 1;
        handleEvent('restarted', { reason: 'camera_frozen' });
        void tryCameras(capture.start());
        return;
      }
      const error = captureError(what === 'silent' ? 'no_frames' : 'stream_interrupted', `the camera is ${what}`);
      rejectStart(error);
      handleEvent('error', asFailure(error));
    };
    return {
      build,
      module: glue,
      switchCamera: (constraints) => {
        currentConstraints = constraints;
        recreate();
        return begin(capture.start());
      },
      preferCamera: (constraints) => {
        currentConstraints = constraints;
        recreate();
      },
      configure: (next) => {
        if (next === config) return;
        config = next;
        recreate();
      },
      followPath: (numbers) => {
        capture.follow(numbers);
        path = Float32Array.from(numbers);
      },
      hold: (held) => {
        isHeld = held;
        capture.hold(held);
      },
      start: () => begin(capture.start()),
      retry: () => {
        recreate();
        return begin(capture.start());
      },
      cancel: () => capture.cancel(),
      stop: () => void recreate(),
      destroy: () => {
        isDestroyed = true;
        unwatch();
        capture.free();
        workerFactory.close();
      },
    };
  } catch (error) {
    onEvent('error', asFailure(error));
    throw asError(error);
  }
}
