// The journey of one session: decides which page follows which.

import type { ServiceClient } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import type { CaptureResult } from '../capture/attempt-capture.js';
import { CaptureScreen } from '../capture/capture-screen.js';
import { deviceFacts } from '../capture/device.js';
import { isLightUnwanted, type LightResult } from '../capture/light-challenge.js';
import { untilVisible } from '../capture/visibility.js';
import { hasCamera, isRearCamera } from '../engine/cameras.js';
import { asFailure } from '../engine/errors.js';
import { type Glue, loadModule } from '../engine/loader.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { enterFullscreen, isPhone, leaveFullscreen } from '../lib/browser.js';
import { whenIdle } from '../lib/idle.js';
import { enableByDefault, hasMoreTime, offersMoreTime } from '../ui/accessibility.js';
import type { Host } from '../ui/host.js';
import { loadQrEncoder } from '../ui/qr-code.js';
import type { Action, Face, JourneyView, Notice, Page, PageContext } from '../ui/view.js';
import { type CapturedPictures, type IssuedAttempt, type ManifestContext, randomId } from './attempt.js';
import { obtainConsent } from './consent.js';
import { awaitResult, deliver, type OnProgress, retry } from './delivery.js';
import { NOTICE_THEMES } from './error-pages.js';
import { type HandoffContext, HandoffInitiator } from './handoff-initiator.js';
import { awaitConfirmation, lostLinkNotice } from './handoff-joiner.js';
import type { HandoffStep } from './handoff-step.js';
import { loadContext, openSession } from './opening.js';
import { PageLifecycle } from './page-lifecycle.js';
import { takePhotos } from './photos.js';
import { ProgressPage } from './progress-page.js';
import { Recovery, type RecoveryOptions } from './recovery.js';
import { ResultPage } from './result-page.js';
import { cameraPictures, lacksLight, SessionClient } from './session-client.js';
import { acceptsAttempt, isLinkOpened, isOver, phonePlace } from './session-state.js';
import { StartScreen } from './start-screen.js';

export class Journey {
  readonly #view: JourneyView;
  readonly #host: Host;
  readonly #service: ServiceClient;
  readonly #captureScreen: CaptureScreen;
  readonly #progressPage: ProgressPage;
  readonly #resultPage: ResultPage;
  readonly #recovery: Recovery;
  readonly #client: SessionClient;
  readonly #end = new AbortController();
  /** Incremented by every start and cancel: what began before does not continue. */
  #run = 0;
  #attempts = 0;
  #face: Face | null = null;
  /** Whether the person skipped the colours: if something is required, a longer path replaces them. */
  #skipsLight = false;
  /** Whether the person prefers this device to another one. */
  #staysHere = false;
  /** The upload in progress. */
  #upload: AbortHandle | null = null;
  readonly #lifecycle = new PageLifecycle(() => this.#captureScreen.leave(), this.#end.signal);

  constructor(view: JourneyView, host: Host) {
    this.#view = view;
    this.#host = host;
    this.#service = host.service;
    this.#captureScreen = new CaptureScreen(view, host);
    this.#progressPage = new ProgressPage(view, host);
    this.#resultPage = new ResultPage(view);
    this.#recovery = new Recovery(view, host, this.#captureScreen, this.#recoveryOptions());
    this.#client = new SessionClient(host.service, host.options.capture.load, this.#end.signal);
  }

  /** Ends the journey: the person or the element is gone. */
  end(): void {
    this.#run += 1;
    this.#end.abort();
    this.#resultPage.end();
    this.#progressPage.end();
    this.#captureScreen.destroy();
    if (this.#face) URL.revokeObjectURL(this.#face.url);
  }

  async open(): Promise<void> {
    try {
      // Every session with a camera needs the engine. If it fails, it is loaded again when it is needed.
      this.#captureScreen.load().catch(() => undefined);
      const showProgress = this.#progressPage.update;
      const session = await openSession(this.#client, this.#view, this.#host, showProgress, this.#end.signal);
      const { unknownKeys } = this.#context.i18n;
      // Only a warning: the texts of another version are better than no check.
      if (unknownKeys.length > 0) console.warn(`messages: unknown keys: ${unknownKeys.join(', ')}`);
      this.#host.emit('opened', { signatureId: session.signatureId });
      if (session.accessibility === 'on') enableByDefault('moreTime');
      await loadContext(this.#view, this.#host, session.locale, session.ui);
      const isSecond = session.device === 'second';
      const status = isSecond
        ? await awaitConfirmation(session, this.#service, this.#view, this.#end.signal)
        : session.status;
      if (isSecond && !status.active && acceptsAttempt(status)) return await this.#showNotice(lostLinkNotice(status));
      const isHandedOff = !isSecond && isLinkOpened(status) && !isOver(status);
      await (isHandedOff ? this.#handOff(false, status) : this.#continue(status));
    } catch (error) {
      await this.#handleError(error);
    }
  }

  get #mayTryAgain(): boolean {
    return this.#attempts < this.#host.options.maxAttempts;
  }

  get #mayHandOff(): boolean {
    const { crossDevice = 'off', device = 'second' } = this.#session ?? {};
    return this.#host.options.crossDevice && crossDevice !== 'off' && device === 'first';
  }

  get #mayTakePhotos(): boolean {
    return this.#session?.systemCamera === true && isPhone();
  }

  #recoveryOptions(): RecoveryOptions {
    return {
      mayTryAgain: () => this.#mayTryAgain,
      mayHandOff: () => this.#mayHandOff,
      mayTakePhotos: () => this.#mayTakePhotos,
      beginAttempt: () => void this.#beginAttempt(),
      offersMoreTime: () => offersMoreTime(this.#session),
      handOff: (denied) => this.#handOff(denied),
      takePhotos: () => void this.#takePhotos(),
      showResult: (status) => this.#showResult(status),
    };
  }

  get #context(): PageContext {
    if (!this.#view.context) throw new Error('the texts are not loaded');
    return this.#view.context;
  }

  /** Null before the service has answered. */
  get #session(): SessionView | null {
    return this.#client.isOpen ? this.#client.session : null;
  }

  #status(onProgress: OnProgress = this.#progressPage.update): Promise<StatusView> {
    return retry(() => this.#service.status(), onProgress, this.#end.signal);
  }

  /** Shows the page that the session's status requires. */
  async #continue(status: StatusView): Promise<void> {
    const onProgress = this.#progressPage.update;
    const context = { view: this.#view, service: this.#service, onProgress, signal: this.#end.signal };
    if (!(await obtainConsent(this.#client.session, status, context)))
      return this.#showNotice({ title: 'consent_declined_title', text: 'consent_declined_text' });
    if (status.state === 'judging')
      return this.#showResult(await awaitResult(this.#service, status, onProgress, this.#end.signal));
    if (status.state === 'succeeded' || status.state === 'failed') return this.#showResult(status);
    if (status.state === 'expired') return this.#showExpired(status);
    await this.#view.show({ name: 'loading', share: 0 });
    // Load the engine before the person has anything to do, so that the tap finds it ready.
    await this.#captureScreen.load().catch((error) => {
      // The load that began with the page shared a slow connection with its scripts.
      if (asFailure(error).code === 'asset_timeout') return this.#captureScreen.load();
      throw error;
    });
    if (this.#end.signal.aborted) return;
    await (this.#host.options.startScreen ? this.#showTips(status) : this.#beginAttempt());
  }

  /** `isBack`: the person comes back from the camera. `status`: the session's, if it is known. */
  async #showTips(status: StatusView | null, isBack = false): Promise<void> {
    const run = this.#run;
    const { session } = this.#client;
    const maySwitch = this.#mayHandOff && !this.#staysHere;
    const place = maySwitch ? phonePlace(session.crossDevice, isPhone(), await hasCamera()) : null;
    const wait = linkedAbort(this.#end.signal);
    const begin = () => {
      wait.abort();
      void this.#beginAttempt();
    };
    const handOff = isBack && this.#mayHandOff && !place ? () => void this.#handOff(false) : null;
    if (run !== this.#run) return;
    const screen = new StartScreen(this.#view, { session, place, begin, handOff });
    await screen.show();
    whenIdle(() => this.#loadRest());
    if (!place) return;
    const show = (step: HandoffStep) => {
      const isUnopened = step.stage === 'link' || step.stage === 'link_ended';
      void (isUnopened ? screen.show(step) : this.#showHandoff(step, false));
    };
    await this.#awaitDevice({ show, renews: true, signal: wait.signal }, status);
  }

  /** Loads what may be needed later, perhaps without a connection. What fails is loaded again when it is needed. */
  #loadRest(): void {
    this.#client.loadSealing().catch(() => undefined);
    if (this.#mayHandOff) loadQrEncoder().catch(() => undefined);
  }

  /** Requests a nonce and captures the pictures. Stops where "Cancel" was tapped meanwhile. */
  async #beginAttempt(): Promise<void> {
    this.#resultPage.end();
    this.#attempts += 1;
    this.#progressPage.begin(() => this.#cancel());
    const run = ++this.#run;
    const actions = { choose: (id: string) => this.#captureScreen.switchCamera(id), cancel: () => this.#cancel() };
    const empty = { hint: '', step: null, pause: null, cameras: [], chosen: '', skip: null, tap: null };
    const page: Page = { name: 'camera', state: 'starting', ...empty, isMirrored: true, ...actions };
    try {
      if (this.#host.options.fullscreen) await enterFullscreen();
      await this.#view.show(page);
      // A host may have hidden the element: a nonce expires, and nobody is captured unawares.
      await untilVisible(this.#view.video, this.#end.signal);
      if (run !== this.#run) return;
      const id = randomId();
      const issued = await this.#requestNonce(id, true);
      await this.#captureScreen.load();
      if (run !== this.#run) return;
      await this.#view.show(page);
      const { video, limits } = this.#client.session;
      const { light, motion } = issued;
      const extras = { light, motion, moreTime: hasMoreTime(this.#session) };
      const captured = await this.#captureScreen.capture({ videoBytes: video ? limits.videoBytes : 0, ...extras });
      if (run !== this.#run) return;
      if (!captured) return await this.#resume(run);
      if (lacksLight(captured, issued)) return await this.#repeatWithoutLight(run, captured.light);
      this.#leaveFullscreen();
      await this.#deliverCapture(captured, id, issued);
    } catch (error) {
      if (run === this.#run) await this.#handleError(error);
    }
  }

  /** Restarts a capture that ended because the page was left, once the page is shown again. */
  async #resume(run: number): Promise<void> {
    await this.#lifecycle.shown;
    if (run !== this.#run) return;
    // This did not use up one of the person's tries.
    this.#attempts -= 1;
    await this.#beginAttempt();
  }

  /** Captures again: along a longer path without colours, unless the colours were only interrupted. */
  async #repeatWithoutLight(run: number, light: LightResult | null): Promise<void> {
    this.#skipsLight ||= light?.outcome === 'skipped';
    this.#view.announce(this.#context.i18n.format('restart_other'));
    await this.#resume(run);
  }

  #leaveFullscreen(): void {
    if (this.#host.options.fullscreen) leaveFullscreen();
  }

  /** `motion`: whether the engine takes the pictures and can lead along a path. */
  #requestNonce(id: string, motion: boolean): Promise<IssuedAttempt> {
    const capabilities = {
      motion,
      lightUnwanted: this.#skipsLight || isLightUnwanted(),
      moreTime: hasMoreTime(this.#session),
    };
    // After a cancel the progress is not shown.
    const onProgress: OnProgress = (progress) => {
      if (this.#progressPage.onCancel) this.#progressPage.update(progress);
    };
    return this.#client.requestAttempt(id, capabilities, onProgress);
  }

  #cancel(): void {
    const { lastInstruction, phase } = this.#captureScreen;
    if (lastInstruction) this.#service.report('cancelled', '', lastInstruction, phase);
    this.#run += 1;
    this.#progressPage.onCancel = null;
    this.#upload?.abort();
    this.#captureScreen.cancel();
    this.#leaveFullscreen();
    this.#host.emit('cancel', undefined);
    void this.#showTips(null, true);
  }

  async #deliverCapture(captured: CaptureResult, id: string, issued: IssuedAttempt): Promise<void> {
    const { result, device } = captured;
    if (result.outcome === 'timed_out') return this.#recovery.showTimeout(result.instructions);
    const { pictures, layout } = cameraPictures(captured);
    await this.#deliver(pictures, { ...layout, issued, device }, id);
  }

  async #deliver(pictures: CapturedPictures, context: Omit<ManifestContext, 'signatureId'>, id: string): Promise<void> {
    // Set before packing: a cancel meanwhile must prevent the upload.
    const upload = linkedAbort(this.#end.signal);
    this.#upload = upload;
    if (this.#face) URL.revokeObjectURL(this.#face.url);
    const { cameraLabel: label, facingMode } = context.device;
    const isMirrored = pictures.cameraType === 'WEB_CAMERA' && !isRearCamera({ facingMode, label });
    this.#face = { url: URL.createObjectURL(new Blob([pictures.near.jpeg], { type: 'image/jpeg' })), isMirrored };
    try {
      const attempt = await this.#client.pack(id, pictures, context);
      if (upload.signal.aborted) return;
      const status = await deliver(this.#service, attempt, this.#progressPage.update, upload.signal);
      if (!upload.signal.aborted) await this.#showResult(status);
    } finally {
      upload.abort();
    }
  }

  async #showResult(status: StatusView): Promise<void> {
    const { ui } = this.#context;
    this.#progressPage.onCancel = null;
    this.#host.emit('judged', status);
    if (status.state === 'expired') return this.#showExpired(status);
    const over = isOver(status);
    if (over && this.#client.session.device === 'second')
      return this.#showNotice({ title: 'second_done_title', text: 'second_done_text', theme: NOTICE_THEMES.verified });
    const isShown = this.#host.options.resultScreen && ui.flag('ResultPage', 'isShow', true);
    if (over && !isShown) return this.#leave(status);
    await this.#resultPage.show(status, {
      face: this.#face,
      again: this.#mayTryAgain ? () => void this.#beginAttempt() : null,
      next: () => void this.#leave(status),
      handOff: this.#mayHandOff ? () => void this.#handOff(false) : null,
      isSandbox: this.#client.session.sandbox,
    });
  }

  async #leave(status: StatusView): Promise<void> {
    this.#resultPage.end();
    const departure = this.#host.leave(await this.#module(), this.#client.session, status);
    if (departure === 'left') return;
    // A browser may ask first, and opens an app from a tap more readily.
    const again: Action = { label: 'next', act: () => void this.#leave(status) };
    const actions = departure === 'opened_app' ? [again] : [];
    await this.#showNotice({ title: 'finished_title', text: 'finished_text', actions });
  }

  /** The Rust module, loaded on demand if nothing was captured here; null where it cannot run. */
  async #module(): Promise<Glue | null> {
    return this.#captureScreen.module ?? (await loadModule(this.#host.options.capture.load).catch(() => null));
  }

  #showExpired(status: StatusView): Promise<void> {
    const actions: Action[] = status.next ? [{ label: 'next', act: () => void this.#leave(status) }] : [];
    return this.#showNotice({ title: 'expired_title', text: 'expired_text', actions });
  }

  async #handleError(error: unknown): Promise<void> {
    this.#leaveFullscreen();
    await this.#recovery.handle(error);
  }

  /** Continues on another device, until the session is over or the person wants to continue here. */
  async #handOff(denied: boolean, status: StatusView | null = null): Promise<void> {
    this.#resultPage.end();
    this.#progressPage.begin(null);
    const show = (step: HandoffStep) => void this.#showHandoff(step, denied);
    await this.#awaitDevice({ show, renews: false, signal: this.#end.signal }, status);
  }

  /** Waits for another device. */
  async #awaitDevice(
    wait: Pick<HandoffContext, 'show' | 'renews' | 'signal'>,
    status: StatusView | null,
  ): Promise<void> {
    try {
      const shared = { service: this.#service, clockOffset: this.#client.displayOffset };
      const context = { ...wait, ...shared, language: this.#context.i18n.language };
      const current = status ?? (await this.#status(wait.renews ? () => undefined : undefined));
      const final = await new HandoffInitiator(context, current).run();
      if (wait.signal.aborted) return;
      if (final) return await this.#showResult(final);
      this.#staysHere = true;
      await this.#continue(await this.#status());
    } catch (error) {
      if (!wait.signal.aborted) await this.#handleError(error);
    }
  }

  #showHandoff(step: HandoffStep, denied: boolean): Promise<void> {
    return this.#view.show({ name: 'handoff', link: { ...step, denied } });
  }

  /** Takes two photos with the system camera. */
  async #takePhotos(): Promise<void> {
    const run = ++this.#run;
    try {
      const id = randomId();
      this.#progressPage.begin(() => this.#cancel());
      const issued = await this.#requestNonce(id, false);
      if (run !== this.#run) return;
      const photos = await takePhotos(this.#view, this.#client.session.limits.imageBytes);
      if (run !== this.#run) return;
      if (!photos) return await this.#showTips(null, true);
      await this.#deliver(photos.pictures, { ...photos.layout, issued, device: deviceFacts(null) }, id);
    } catch (error) {
      if (run === this.#run) await this.#handleError(error);
    }
  }

  #showNotice(notice: Notice): Promise<void> {
    return this.#view.show({ name: 'notice', notice });
  }
}
