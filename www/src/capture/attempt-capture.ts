// Runs the capture of one attempt after another: the engine, the video recorder and the light challenge, without a user
// interface.

import type { DeviceFacts, LightChallenge, MotionPath } from '../api/openapi.js';
import { type CameraCapture, type CaptureOptions, prepareCapture } from '../engine/camera-capture.js';
import { DEFAULT_CONSTRAINTS } from '../engine/cameras.js';
import type { CaptureFailure } from '../engine/errors.js';
import type { CaptureConfig, CaptureEvents, Finished, InstructionCode, Listener, Phase } from '../engine/types.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { untilAborted } from '../lib/waits.js';
import { ContextRecorder } from './context-recorder.js';
import { type LightResult, type LightView, runLightChallenge } from './light-challenge.js';
import { enlarge, relaxedConfig } from './more-time.js';
import type { OvalLayout } from './ovals.js';
import { VideoVisibility } from './visibility.js';

/** The result of a capture, with the video if one was requested. */
export interface CaptureResult {
  result: Finished;
  layout: OvalLayout | null;
  video: Blob | null;
  device: DeviceFacts;
  light: LightResult | null;
}

/** What to capture besides the pictures. */
export interface CaptureRequest {
  /** The size limit of the video; 0 for none. */
  videoBytes: number;
  light: LightChallenge | null;
  motion: MotionPath | null;
  /** Whether the person takes more time. */
  moreTime: boolean;
}

/** The person's page, as a capture sees it. */
export interface CaptureView extends LightView {
  /** The browser plays the video only after a tap. */
  offerTap(): void;
}

/** The path in the engine's format. */
function pathNumbers(path: MotionPath | null): Float32Array {
  const positions = path ? [path.far, ...path.stops, path.near] : [];
  return Float32Array.from(positions.flatMap(({ size, x, y }) => [size, x, y]));
}

/** The capture in progress: `whole` ends all of it, `light` only the light challenge. */
interface ActiveCapture {
  whole: AbortHandle;
  light: AbortHandle;
  recorder: ContextRecorder;
  visibility: VideoVisibility;
}

export class AttemptCapture {
  readonly #view: CaptureView;
  readonly #options: CaptureOptions;
  readonly #onEvent: Listener;
  /** The configuration for more time. */
  readonly #relaxed: CaptureConfig;
  #engine: CameraCapture | null = null;
  /** The load in progress; null after it has failed. */
  #loading: Promise<void> | null = null;
  /** Whether the engine's capture was started before: it then has to be restarted. */
  #started = false;
  #hasMoreTime = false;
  #isDestroyed = false;
  #active: ActiveCapture | null = null;
  /** Why the engine waits: nobody sees the picture, or the person has paused. */
  #isInvisible = false;
  #isPaused = false;
  #lastInstruction: InstructionCode | null = null;
  #phase: Phase | null = null;
  #settle: { done: (result: Finished | null) => void; fail: (failure: CaptureFailure) => void } | null = null;

  /** Created once: some events come with every frame. */
  readonly #handlers: { [Each in keyof CaptureEvents]?: (detail: CaptureEvents[Each]) => void } = {
    phase: ({ phase }) => {
      // From here on a cancel has nothing to do with an instruction.
      if (phase === 'encoding') this.#lastInstruction = null;
      this.#phase = phase;
      this.#active?.recorder.onPhase(phase);
    },
    oval: ({ stage, oval }) => this.#active?.recorder.onOval(stage, oval),
    instruction: ({ code }) => {
      this.#lastInstruction = code;
    },
    restarted: ({ reason }) => {
      if (reason === 'camera_frozen') this.#active?.recorder.forgetStream();
    },
    finished: (result) => {
      if (result.outcome === 'failed' && result.error) this.#settle?.fail(result.error);
      else this.#settle?.done(result.outcome === 'cancelled' ? null : result);
    },
    error: (failure) => this.#settle?.fail(failure),
  };

  /** `onEvent` receives every event of the engine after it was handled here. */
  constructor(view: CaptureView, options: CaptureOptions, onEvent: Listener) {
    this.#view = view;
    this.#options = options;
    this.#relaxed = relaxedConfig(options.config);
    this.#onEvent = onEvent;
  }

  /** The last instruction that the person was given; null while there is none to follow. */
  get lastInstruction(): InstructionCode | null {
    return this.#lastInstruction;
  }

  /** The phase of the capture; null before the first one. */
  get phase(): Phase | null {
    return this.#phase;
  }

  /** The engine, once it is loaded. */
  get engine(): CameraCapture | null {
    return this.#engine;
  }

  /** Loads the engine, once unless it fails. Rejects with a `CaptureError`. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const engine = await prepareCapture(this.#view.video, this.#options, (name, detail) => this.#handle(name, detail));
    // Nobody waits for it any more.
    if (this.#isDestroyed) engine.destroy();
    else this.#engine = engine;
  }

  #handle<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    if (name === 'oval' && this.#hasMoreTime) enlarge((detail as CaptureEvents['oval']).oval, this.#view.video);
    this.#handlers[name]?.(detail);
    this.#onEvent(name, detail);
  }

  /** Captures; null if the person cancels. Rejects with a `CaptureFailure`. */
  async capture(request: CaptureRequest): Promise<CaptureResult | null> {
    const active = this.#begin(request);
    const { recorder } = active;
    const { signal } = active.whole;
    const finished = new Promise<Finished | null>((done, fail) => {
      this.#settle = { done, fail };
    });
    this.#hasMoreTime = request.moreTime;
    this.#engine?.configure(request.moreTime ? this.#relaxed : this.#options.config);
    this.#engine?.followPath(pathNumbers(request.motion));
    const isRestart = this.#started;
    this.#started = true;
    // An error of the start also arrives as the error event, which settles the promise.
    (isRestart ? this.#engine?.retry() : this.#engine?.start())?.catch(() => undefined);
    try {
      const result = await finished;
      if (!result || signal.aborted) return null;
      const device = recorder.endDevice();
      const video = await Promise.race([recorder.endVideo(), untilAborted(signal).then(() => null)]);
      if (signal.aborted) return null;
      const light =
        request.light && result.outcome === 'captured'
          ? await runLightChallenge(request.light, this.#view, recorder.lightStream, active.light.signal, signal)
          : null;
      return signal.aborted ? null : { result, layout: recorder.layout, video, device, light };
    } catch (error) {
      // Stop the engine, so that no late event reaches the next capture.
      if (this.#active === active) this.#engine?.stop();
      throw error;
    } finally {
      // If the next capture has begun, its state must stay.
      if (this.#active === active) this.#clear();
    }
  }

  #begin({ videoBytes, light }: CaptureRequest): ActiveCapture {
    this.#clear();
    const { video } = this.#view;
    const whole = linkedAbort(null);
    const recorder = new ContextRecorder(video, videoBytes, () => light !== null && !this.#view.isLightUnwanted());
    const onChange = (isVisible: boolean) => {
      this.#isInvisible = !isVisible;
      this.#hold();
    };
    const visibility = new VideoVisibility(video, onChange, () => this.#resumePlayback());
    this.#active = { whole, light: linkedAbort(whole.signal), recorder, visibility };
    return this.#active;
  }

  #hold(): void {
    this.#engine?.hold(this.#isInvisible || this.#isPaused);
  }

  /** Pauses or resumes for the person: no time limit runs meanwhile, and the video has a gap. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#active?.recorder.pauseVideo(isPaused);
    this.#hold();
  }

  /** Ends the capture in progress and resets the state. */
  #clear(): void {
    const active = this.#active;
    this.#active = null;
    active?.whole.abort();
    this.#settle?.done(null);
    this.#settle = null;
    this.#lastInstruction = null;
    active?.recorder.releaseStream();
    active?.recorder.forgetStream();
    active?.visibility.end();
  }

  /** Cancels the capture, even while it is being saved. */
  cancel(): void {
    this.#active?.whole.abort();
    this.leave();
  }

  /** Switches the camera off. Pictures already taken are kept; the light challenge ends. */
  leave(): void {
    this.#active?.light.abort();
    this.#active?.recorder.releaseStream();
    // Not `cancel`: its event comes later, when the next capture may have begun.
    this.#engine?.stop();
    this.#settle?.done(null);
  }

  /** Starts over with another camera. */
  switchCamera(id: string): void {
    this.#active?.recorder.forgetStream();
    this.#engine?.switchCamera(this.#constraintsFor(id)).catch(() => undefined);
  }

  /** Uses that camera from the next capture on. */
  preferCamera(id: string): void {
    this.#engine?.preferCamera(this.#constraintsFor(id));
  }

  #constraintsFor(id: string): MediaTrackConstraints {
    const { constraints = DEFAULT_CONSTRAINTS } = this.#options;
    const chosen = { ...constraints, deviceId: { ideal: id } };
    // The chosen device matters more than the side it faces.
    delete chosen.facingMode;
    return chosen;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#clear();
    this.#engine?.destroy();
    this.#engine = null;
  }

  /** Resumes a paused video: the person cannot see the camera's picture. */
  #resumePlayback(): void {
    const { video } = this.#view;
    if (document.hidden || !video.srcObject) return;
    video
      .play()
      .catch((error) => error instanceof DOMException && error.name === 'NotAllowedError' && this.#view.offerTap());
  }
}
