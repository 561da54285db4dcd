// Shows one capture after another on the camera page: connects the engine's events to the page.

import { isRearCamera } from '../engine/cameras.js';
import type { CaptureEvents, InstructionCode, Listener, Phase } from '../engine/types.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { cameraPermission } from '../lib/browser.js';
import { sleep } from '../lib/waits.js';
import type { Host, JourneyEvents } from '../ui/host.js';
import type { CameraChoice, JourneyView } from '../ui/view.js';
import { AttemptCapture, type CaptureRequest, type CaptureResult, type CaptureView } from './attempt-capture.js';
import { listCameras } from './camera-choices.js';
import { CameraPage } from './camera-page.js';
import { isLightUnwanted } from './light-challenge.js';
import { Pause } from './pause.js';

/** A permission prompt that is open for this long may not have been noticed, ms. */
const SLOW_ANSWER_MS = 6_000;
/**
 * How long a camera may take to start before the page explains the prompt, ms, by the state of the permission. Where the
 * browser has it, the system may still ask.
 */
const PROMPT_DELAYS_MS = { prompt: 150, unknown: 500, granted: SLOW_ANSWER_MS };
/** How long the announcement of the colours stays for a person who wants more time, ms. */
const LONG_NOTICE_MS = 6_000;
/** The phases before the near one that take a picture. */
const STAGES: Phase[] = ['far', 'first_stop', 'second_stop'];
const RESTARTS = ['face_lost', 'face_changed', 'multiple_faces', 'rotated', 'camera_frozen'] as const;

/** The camera page and its captures. */
export class CaptureScreen {
  readonly #view: JourneyView;
  readonly #host: Pick<Host, 'options' | 'emit'>;
  readonly #page: CameraPage;
  readonly #capture: AttemptCapture;
  readonly #pause: Pause;
  /** The number of pictures on the way from far to near. */
  #pictureCount = 2;
  /** Whether the person takes more time. */
  #hasMoreTime = false;
  /** Ends when the permission prompt is answered, or with the capture. */
  #question: AbortHandle | null = null;
  #phase: Phase = 'loading';
  /** The last capture that began. */
  #current: Promise<CaptureResult | null> | null = null;

  /** Created once: some events come with every frame. */
  readonly #handlers: { [Each in keyof CaptureEvents]?: (detail: CaptureEvents[Each]) => void } = {
    loading: ({ loaded, total }) => {
      if (this.#view.page.name === 'loading') void this.#view.show({ name: 'loading', share: loaded / total });
    },
    permission: () => {
      this.#question?.abort();
      this.#page.showStart();
    },
    'play-blocked': () => this.#page.offerTap(),
    'camera-change': (camera) => {
      this.#page.mirror(!isRearCamera(camera));
      void this.#offerCameras(String(camera.deviceId ?? ''));
    },
    phase: ({ phase }) => this.#onPhase(phase),
    oval: ({ oval }) => {
      this.#page.showPicture();
      this.#page.showOval(oval);
    },
    instruction: ({ code }) => this.#page.showInstruction(code),
    progress: ({ fraction }) => this.#page.showProgress(fraction),
    paused: ({ reason }) => {
      if (reason === 'muted' && !this.#pause.isPaused) this.#page.showSilently(this.#page.i18n.format('paused'));
    },
    resumed: () => {
      if (!this.#pause.isPaused) this.#page.restoreLine();
    },
    restarted: ({ reason }) => {
      const known = RESTARTS.find((known) => known === reason);
      const text = this.#page.i18n.format(known ? `restart_${known}` : 'restart_other');
      if (reason === 'camera_frozen') {
        // A new camera was not paused: the event `resumed` does not come.
        this.#page.restoreLine();
        this.#page.showNotice(text);
      }
      this.#page.announce(text);
    },
  };

  constructor(view: JourneyView, host: Pick<Host, 'options' | 'emit'>) {
    this.#view = view;
    this.#host = host;
    this.#page = new CameraPage(view);
    const onEvent: Listener = (name, detail) => this.#onEvent(name, detail);
    this.#capture = new AttemptCapture(this.#captureView(), host.options.capture, onEvent);
    this.#pause = new Pause(this.#page, (isPaused) => this.#capture.pause(isPaused));
  }

  /** The last instruction that the person was given; null while there is none to follow. */
  get lastInstruction(): InstructionCode | null {
    return this.#capture.lastInstruction;
  }

  /** The phase of the capture; null before the first one. */
  get phase(): Phase | null {
    return this.#capture.phase;
  }

  /** The Rust module, once it is loaded. */
  get module() {
    return this.#capture.engine?.module ?? null;
  }

  /** Loads the engine. Rejects with a `CaptureFailure`. */
  load(): Promise<void> {
    return this.#capture.load();
  }

  /** Captures on the camera page; null if the person cancels. Rejects with a `CaptureFailure`. */
  async capture(request: CaptureRequest): Promise<CaptureResult | null> {
    this.#end();
    this.#phase = 'loading';
    this.#pictureCount = 2 + (request.motion?.stops.length ?? 0);
    this.#hasMoreTime = request.moreTime;
    this.#page.begin();
    const question = linkedAbort(null);
    this.#question = question;
    this.#view.video.addEventListener('loadeddata', () => this.#page.showPicture(), { once: true });
    void this.#explainPrompt(question.signal);
    const captured = this.#capture.capture(request);
    this.#current = captured;
    try {
      return await captured;
    } finally {
      // If the next capture has begun, its hints must stay.
      if (this.#current === captured) this.#end();
    }
  }

  #end(): void {
    this.#question?.abort();
    this.#pause.end();
    this.#page.reset();
  }

  /** Explains the permission prompt, unless there is none or it is answered at once. */
  async #explainPrompt(signal: AbortSignal): Promise<void> {
    if (this.#host.options.capture.stream) return;
    const permission = await cameraPermission();
    if (permission === 'denied') return;
    await sleep(PROMPT_DELAYS_MS[permission ?? 'unknown'], signal);
    if (!signal.aborted) this.#page.showQuestion(SLOW_ANSWER_MS);
  }

  /** Cancels the capture, even while it is being saved. */
  cancel(): void {
    this.#capture.cancel();
  }

  /** Switches the camera off. Pictures already taken are kept; the light challenge ends. */
  leave(): void {
    this.#capture.leave();
  }

  /** Starts over with another camera. */
  switchCamera(id: string): void {
    this.#capture.switchCamera(id);
  }

  /** Uses that camera from the next capture on. */
  preferCamera(id: string): void {
    this.#capture.preferCamera(id);
  }

  /** The cameras to choose from. */
  cameras(): Promise<CameraChoice[]> {
    return listCameras((number) => this.#page.i18n.format('camera_number', { number }));
  }

  destroy(): void {
    this.#end();
    this.#capture.destroy();
  }

  #onEvent<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    this.#handlers[name]?.(detail);
    // The journey emits all errors itself.
    if (name !== 'error') this.#host.emit(name, detail as JourneyEvents[Name]);
  }

  async #offerCameras(chosen: string): Promise<void> {
    this.#page.showCameras(await this.cameras(), chosen);
  }

  /** The number of the picture that is taken in a phase, from 1; 0 for none. */
  #stepOf(phase: Phase): number {
    return phase === 'near' ? this.#pictureCount : STAGES.indexOf(phase) + 1;
  }

  #onPhase(phase: Phase): void {
    const { i18n } = this.#page;
    const [before, step] = [this.#stepOf(this.#phase), this.#stepOf(phase)];
    this.#phase = phase;
    if (phase === 'far') {
      this.#page.showFirstHint();
      if (this.#hasMoreTime) this.#pause.offer();
    }
    if (step > 0) this.#page.showStep(step, this.#pictureCount);
    const isTaken = before > 0 && (step > before || phase === 'encoding');
    // After a stop, the next instruction announces what follows.
    const news = phase === 'encoding' ? 'saving' : before === 1 ? 'say_near' : null;
    if (isTaken) this.#page.showTaken(news && i18n.format(news));
    this.#page.showProgress(0);
    if (phase === 'loading') this.#page.showText(i18n.format('starting_camera'));
    if (phase === 'encoding') {
      this.#pause.end();
      this.#page.showText(i18n.format('saving'), null);
    }
  }

  #captureView(): CaptureView {
    const [page, view] = [this.#page, this.#view];
    return {
      get video() {
        return view.video;
      },
      isLightUnwanted,
      showLight: (color) => page.showLight(color),
      showLightProgress: (fraction) => page.showProgress(fraction),
      offerSkip: (skip) => page.offerSkip(skip),
      announceLight: (signal) => this.#announceLight(signal),
      beginLight: () => {
        this.#pause.end();
        page.showSilently(page.i18n.format('keep_still'));
      },
      offerTap: () => page.offerTap(),
    };
  }

  /** A person who wants more time may read longer, and pause until the colours may come. */
  async #announceLight(signal: AbortSignal): Promise<void> {
    const { i18n } = this.#page;
    this.#page.showText(i18n.format('light_soon'), i18n.format('say_light'));
    if (!this.#hasMoreTime) return;
    this.#pause.offer();
    await sleep(LONG_NOTICE_MS, signal);
    await this.#pause.untilContinued(signal);
  }
}
