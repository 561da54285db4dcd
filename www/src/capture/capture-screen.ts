// Shows one capture after another on the camera page: connects the engine's events to the page.

import { isRearCamera } from '../engine/cameras.js';
import type { CaptureEvents, InstructionCode, Listener, Phase } from '../engine/types.js';
import type { Host, JourneyEvents } from '../ui/host.js';
import type { CameraChoice, JourneyView } from '../ui/view.js';
import { AttemptCapture, type CaptureRequest, type CaptureResult, type CaptureView } from './attempt-capture.js';
import { listCameras } from './camera-choices.js';
import { CameraPage } from './camera-page.js';
import { isLightUnwanted } from './light-challenge.js';

/** A permission prompt that is open for this long may not have been noticed, ms. */
const SLOW_ANSWER_MS = 6_000;
const RESTARTS = ['face_lost', 'face_changed', 'multiple_faces', 'rotated', 'camera_frozen'] as const;

/** The camera page and its captures. */
export class CaptureScreen {
  readonly #view: JourneyView;
  readonly #host: Pick<Host, 'options' | 'emit'>;
  readonly #page: CameraPage;
  readonly #capture: AttemptCapture;
  #phase: Phase = 'loading';
  /** The last capture that began. */
  #current: Promise<CaptureResult | null> | null = null;

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
    oval: ({ oval }) => this.#page.showOval(oval),
    instruction: ({ code }) => this.#page.showInstruction(code),
    progress: ({ fraction }) => this.#page.showProgress(fraction),
    paused: ({ reason }) => {
      if (reason === 'muted') this.#page.showSilently(this.#page.i18n.format('paused'));
    },
    resumed: () => this.#page.restoreLine(),
    restarted: ({ reason }) => {
      const known = RESTARTS.find((known) => known === reason);
      const text = this.#page.i18n.format(known ? `restart_${known}` : 'restart_other');
      if (reason === 'camera_frozen') this.#page.showNotice(text);
      this.#page.announce(text);
    },
  };

  constructor(view: JourneyView, host: Pick<Host, 'options' | 'emit'>) {
    this.#view = view;
    this.#host = host;
    this.#page = new CameraPage(view);
    const onEvent: Listener = (name, detail) => this.#onEvent(name, detail);
    this.#capture = new AttemptCapture(this.#captureView(), host.options.capture, onEvent);
  }

  /** The last instruction that the person was given; null while there is none to follow. */
  get lastInstruction(): InstructionCode | null {
    return this.#capture.lastInstruction;
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
    this.#page.reset();
    this.#page.showHint(this.#page.i18n.format('camera_ask'));
    this.#page.showHintLater(this.#page.i18n.format('camera_ask_slow'), SLOW_ANSWER_MS);
    const captured = this.#capture.capture(request);
    this.#current = captured;
    try {
      return await captured;
    } finally {
      // If the next capture has begun, its hints must stay.
      if (this.#current === captured) this.#page.reset();
    }
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
    this.#page.reset();
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

  #onPhase(phase: Phase): void {
    this.#page.showProgress(0);
    const { i18n } = this.#page;
    if (phase === 'far') {
      this.#page.cancelHint();
      this.#page.showHint('');
    }
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
      announceLight: () =>
        page.showLine({ text: page.i18n.format('light_soon'), color: null }, page.i18n.format('say_light')),
      beginLight: () => page.showSilently(page.i18n.format('keep_still')),
      offerTap: () => page.offerTap(),
    };
  }
}
