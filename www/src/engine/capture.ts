import type { WorkerStart } from '../worker.js';
import { asFailure, type CaptureFailure } from './errors.js';
import { type Build, type Glue, type LoadOptions, loadEngine } from './loader.js';

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

export type SourceName = 'track_processor' | 'video_frame' | 'image_bitmap' | 'canvas';

/** Everything that may be set; the defaults are good. */
export interface CaptureOptions {
  /** One frame source in place of the best that works. */
  source?: SourceName | undefined;
  /** `MediaTrackConstraints` in place of: front camera, 1280x720, 30 frames a second, all wishes. */
  constraints?: MediaTrackConstraints | undefined;
  /** Thresholds, time limits and holds of the pipeline; see docs/SESSION.md. */
  config?: Record<string, unknown> | undefined;
  /** How the engine's files are loaded. */
  load?: Omit<LoadOptions, 'onProgress'> | undefined;
}

/** A capture in a page. */
export interface Capture {
  readonly build: Build;
  /** The Rust module, for what else it can do. */
  readonly module: Glue;
  /** Asks for the camera and starts; rejects with a `CaptureFailure` that the `error` event tells as well. */
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

export type Listener = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => void;

/** Loads the engine and prepares a capture that shows the camera in `video`. */
export async function createCapture(
  video: HTMLVideoElement,
  options: CaptureOptions,
  onEvent: Listener,
): Promise<Capture> {
  try {
    const onProgress = (loaded: number, total: number) => onEvent('loading', { loaded, total });
    const { build, glue, module, model } = await loadEngine({ ...options.load, onProgress });
    const spawnWorker = () => {
      const worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module' });
      const start: WorkerStart = { build, module, model, config: options.config };
      worker.postMessage(start);
      return worker;
    };
    const { source, constraints, config } = options;
    let given = { spawnWorker, onEvent, source, constraints, config };
    let capture = new glue.Capture(video, given as never);
    const renew = () => {
      capture.free();
      capture = new glue.Capture(video, given as never);
    };
    return {
      build,
      module: glue,
      use: (constraints) => {
        given = { ...given, constraints };
        renew();
        return capture.start() as Promise<void>;
      },
      start: () => capture.start() as Promise<void>,
      retry: () => capture.retry() as Promise<void>,
      cancel: () => capture.cancel(),
      stop: renew,
      destroy: () => capture.free(),
    };
  } catch (error) {
    const failure = asFailure(error);
    onEvent('error', failure);
    throw failure;
  }
}
