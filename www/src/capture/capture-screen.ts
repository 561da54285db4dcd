// Runs one capture on the camera page: connects the engine's events to the page, the video recorder and the light
// challenge.

import type { DeviceFacts, LightChallenge, MotionPath, StreamFacts } from '../api/openapi.js';
import { type CameraCapture, prepareCapture } from '../engine/camera-capture.js';
import { DEFAULT_CONSTRAINTS, isRearCamera } from '../engine/cameras.js';
import type { CaptureFailure } from '../engine/errors.js';
import type { CaptureEvents, Finished, InstructionCode, Listener, Phase } from '../engine/types.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { untilAborted } from '../lib/waits.js';
import type { Host, JourneyEvents } from '../ui/host.js';
import type { CameraChoice, JourneyView } from '../ui/view.js';
import { listCameras } from './camera-choices.js';
import { CameraPage } from './camera-page.js';
import { deviceFacts } from './device.js';
import { isLightUnwanted, type LightChallengeContext, type LightResult, runLightChallenge } from './light-challenge.js';
import { type OvalLayout, Ovals } from './ovals.js';
import { VideoRecorder } from './recorder.js';
import { StreamStatistics } from './stream-statistics.js';
import { VideoVisibility } from './visibility.js';

/** A permission prompt that is open for this long may not have been noticed, ms. */
const SLOW_ANSWER_MS = 6_000;
const RESTARTS = ['face_lost', 'face_changed', 'multiple_faces', 'rotated', 'camera_frozen'] as const;

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
}

export class CaptureScreen {
  readonly #view: JourneyView;
  readonly #host: Pick<Host, 'options' | 'emit'>;
  readonly #page: CameraPage;
  #capture: CameraCapture | null = null;
  /** Whether the engine's capture was started before: it then has to be restarted. */
  #started = false;
  #isDestroyed = false;
  #ovals = new Ovals();
  #recorder: VideoRecorder | null = null;
  #device: DeviceFacts | null = null;
  #statistics: StreamStatistics | null = null;
  #visibility: VideoVisibility | null = null;
  #request: CaptureRequest = { videoBytes: 0, light: null, motion: null };
  /** A copy of the camera's stream, kept for the light challenge. */
  #lightStream: MediaStream | null = null;
  #active: ActiveCapture | null = null;
  #phase: Phase = 'loading';
  #lastInstruction: InstructionCode | null = null;
  #settle: { done: (result: Finished | null) => void; fail: (failure: CaptureFailure) => void } | null = null;

  /** Created once: some events come with every frame. */
  readonly #handlers: { [Each in keyof CaptureEvents]?: (detail: CaptureEvents[Each]) => void } = {
    loading: ({ loaded, total }) => {
      if (this.#view.page.name === 'loading') void this.#view.show({ name: 'loading', share: loaded / total });
    },
    permission: () => {
      // The prompt is closed.
      this.#page.cancelHint();
      this.#page.showHint(this.#page.i18n.format('starting_camera'));
    },
    'play-blocked': () => this.#page.offerTap(),
    'camera-change': (camera) => {
      this.#page.mirror(!isRearCamera(camera));
      void this.#offerCameras(String(camera.deviceId ?? ''));
    },
    phase: ({ phase }) => this.#onPhase(phase),
    oval: ({ stage, oval }) => {
      this.#ovals.record(stage, oval, this.#view.video);
      this.#page.showOval(oval);
    },
    instruction: ({ code }) => {
      this.#lastInstruction = code;
      this.#page.showInstruction(code);
    },
    progress: ({ fraction }) => this.#page.showProgress(fraction),
    paused: ({ reason }) => {
      if (reason === 'muted') this.#page.showSilently(this.#page.i18n.format('paused'));
    },
    resumed: () => this.#page.restoreLine(),
    restarted: ({ reason }) => {
      if (reason === 'camera_frozen') this.#forgetStream();
      const known = RESTARTS.find((known) => known === reason);
      const text = this.#page.i18n.format(known ? `restart_${known}` : 'restart_other');
      if (reason === 'camera_frozen') this.#page.showNotice(text);
      this.#page.announce(text);
    },
    finished: (result) => {
      if (result.outcome === 'failed' && result.error) this.#settle?.fail(result.error);
      else this.#settle?.done(result.outcome === 'cancelled' ? null : result);
    },
    error: (failure) => this.#settle?.fail(failure),
  };

  constructor(view: JourneyView, host: Pick<Host, 'options' | 'emit'>) {
    this.#view = view;
    this.#host = host;
    this.#page = new CameraPage(view);
  }

  /** The last instruction that the person was given; null while there is none to follow. */
  get lastInstruction(): InstructionCode | null {
    return this.#lastInstruction;
  }

  /** The Rust module, once it is loaded. */
  get module() {
    return this.#capture?.module ?? null;
  }

  /** Loads the engine. Rejects with a `CaptureFailure`. */
  async load(): Promise<void> {
    if (this.#capture) return;
    const onEvent: Listener = (name, detail) => this.#onEvent(name, detail);
    const capture = await prepareCapture(this.#view.video, this.#host.options.capture, onEvent);
    // Another call has finished first, or nobody waits for this one any more.
    if (this.#capture || this.#isDestroyed) capture.destroy();
    else this.#capture = capture;
  }

  /** Captures on the camera page; null if the person cancels. Rejects with a `CaptureFailure`. */
  async capture(request: CaptureRequest): Promise<CaptureResult | null> {
    const active = this.#begin(request);
    const { signal } = active.whole;
    const finished = new Promise<Finished | null>((done, fail) => {
      this.#settle = { done, fail };
    });
    this.#page.showHint(this.#page.i18n.format('camera_ask'));
    this.#page.showHintLater(this.#page.i18n.format('camera_ask_slow'), SLOW_ANSWER_MS);
    this.#capture?.followPath(pathNumbers(request.motion));
    const isRestart = this.#started;
    this.#started = true;
    // An error of the start also arrives as the error event, which settles the promise.
    (isRestart ? this.#capture?.retry() : this.#capture?.start())?.catch(() => undefined);
    try {
      const result = await finished;
      if (!result || signal.aborted) return null;
      const stream = this.#endStatistics();
      const device: DeviceFacts = { ...(this.#device ?? deviceFacts(null)), ...(stream && { stream }) };
      const recorded = this.#recorder?.stop() ?? null;
      const video = await Promise.race([recorded, untilAborted(signal).then(() => null)]);
      if (signal.aborted) return null;
      const light =
        request.light && result.outcome === 'captured'
          ? await this.#runLightChallenge(request.light, active.light.signal, signal)
          : null;
      return signal.aborted ? null : { result, layout: this.#ovals.layout, video, device, light };
    } catch (error) {
      // Stop the engine, so that no late event reaches the next capture.
      if (this.#active === active) this.#capture?.stop();
      throw error;
    } finally {
      // If the next capture has begun, its state must stay.
      if (this.#active === active) this.#clear();
    }
  }

  #begin(request: CaptureRequest): ActiveCapture {
    this.#clear();
    const whole = linkedAbort(null);
    this.#active = { whole, light: linkedAbort(whole.signal) };
    this.#ovals = new Ovals();
    this.#request = request;
    const onChange = (isVisible: boolean) => this.#capture?.hold(!isVisible);
    this.#visibility = new VideoVisibility(this.#view.video, onChange, () => this.#resumePlayback());
    return this.#active;
  }

  /** Ends the capture in progress and resets the state. */
  #clear(): void {
    this.#active?.whole.abort();
    this.#active = null;
    this.#settle?.done(null);
    this.#settle = null;
    this.#lastInstruction = null;
    this.#releaseLightStream();
    this.#forgetStream();
    this.#visibility?.end();
    this.#visibility = null;
    this.#page.reset();
  }

  /** Cancels the capture, even while it is being saved. */
  cancel(): void {
    this.#active?.whole.abort();
    this.leave();
  }

  /** Switches the camera off. Pictures already taken are kept; the light challenge ends. */
  leave(): void {
    this.#active?.light.abort();
    this.#releaseLightStream();
    // Not `cancel`: its event comes later, when the next capture may have begun.
    this.#capture?.stop();
    this.#settle?.done(null);
  }

  /** Starts over with another camera. */
  switchCamera(id: string): void {
    this.#forgetStream();
    this.#capture?.switchCamera(this.#constraintsFor(id)).catch(() => undefined);
  }

  /** Uses that camera from the next capture on. */
  preferCamera(id: string): void {
    this.#capture?.preferCamera(this.#constraintsFor(id));
  }

  /** The cameras to choose from. */
  cameras(): Promise<CameraChoice[]> {
    return listCameras((number) => this.#page.i18n.format('camera_number', { number }));
  }

  #constraintsFor(id: string): MediaTrackConstraints {
    const { constraints = DEFAULT_CONSTRAINTS } = this.#host.options.capture;
    const chosen = { ...constraints, deviceId: { ideal: id } };
    // The chosen device matters more than the side it faces.
    delete chosen.facingMode;
    return chosen;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#clear();
    this.#capture?.destroy();
    this.#capture = null;
  }

  #onEvent<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    this.#handlers[name]?.(detail);
    // The journey emits all errors itself.
    if (name !== 'error') this.#host.emit(name, detail as JourneyEvents[Name]);
  }

  async #offerCameras(chosen: string): Promise<void> {
    this.#page.showCameras(await this.cameras(), chosen);
  }

  /** Resumes a paused video: the person cannot see the camera's picture. */
  #resumePlayback(): void {
    const { video } = this.#view;
    if (document.hidden || !video.srcObject) return;
    video
      .play()
      .catch((error) => error instanceof DOMException && error.name === 'NotAllowedError' && this.#page.offerTap());
  }

  #onPhase(phase: Phase): void {
    this.#page.showProgress(0);
    const { i18n } = this.#page;
    if (phase === 'far') {
      this.#page.cancelHint();
      this.#page.showHint('');
      const { srcObject } = this.#view.video;
      this.#device ??= deviceFacts(srcObject instanceof MediaStream ? (srcObject.getVideoTracks()[0] ?? null) : null);
      this.#statistics ??= new StreamStatistics(this.#view.video);
      const { videoBytes } = this.#request;
      if (videoBytes > 0) this.#recorder ??= VideoRecorder.start(srcObject, videoBytes);
    }
    // From here on a cancel has nothing to do with an instruction.
    if (phase === 'encoding') this.#lastInstruction = null;
    if (phase === 'encoding' && this.#request.light && !isLightUnwanted()) this.#keepLightStream();
    // The first picture is taken. After a stop, its own instruction announces what follows.
    if (this.#phase === 'far' && (phase === 'first_stop' || phase === 'near'))
      this.#page.announce(i18n.format('say_near'));
    this.#phase = phase;
    const texts = { loading: 'starting_camera', encoding: 'saving' } as const;
    if (phase in texts) {
      const text = i18n.format(texts[phase as keyof typeof texts]);
      this.#page.showLine({ text, color: null }, text);
    }
  }

  /** Keeps the camera on: the engine stops it after its last picture. */
  #keepLightStream(): void {
    this.#releaseLightStream();
    const { srcObject } = this.#view.video;
    if (srcObject instanceof MediaStream) this.#lightStream = srcObject.clone();
  }

  #releaseLightStream(): void {
    for (const track of this.#lightStream?.getTracks() ?? []) track.stop();
    this.#lightStream = null;
  }

  #endStatistics(): StreamFacts | undefined {
    const facts = this.#statistics?.end();
    this.#statistics = null;
    return facts;
  }

  /** Discards what belongs to the current stream before another one begins. */
  #forgetStream(): void {
    this.#recorder = null;
    this.#device = null;
    this.#endStatistics();
  }

  /** Runs the light challenge on the stream that was kept. */
  #runLightChallenge(challenge: LightChallenge, signal: AbortSignal, whole: AbortSignal): Promise<LightResult> {
    const { i18n } = this.#page;
    const context: LightChallengeContext = {
      video: this.#view.video,
      stream: this.#lightStream,
      display: this.#page,
      // After the end another capture may use the page.
      offerSkip: async (skip) => (whole.aborted ? undefined : this.#page.offerSkip(skip)),
      announceLight: () =>
        this.#page.showLine({ text: i18n.format('light_soon'), color: null }, i18n.format('say_light')),
      begin: () => this.#page.showSilently(i18n.format('keep_still')),
    };
    return runLightChallenge(challenge, context, signal);
  }
}
