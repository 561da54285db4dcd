// The journey of one session: which page follows which.

import { type Service, ServiceError } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import { withOffset } from '../api/server-time.js';
import { Capturing, type Taken } from '../capture/capture-screen.js';
import { deviceFacts } from '../capture/device.js';
import { isStill, isUnwanted, type Lit } from '../capture/light-challenge.js';
import { untilShown } from '../capture/visibility.js';
import { looksAway } from '../engine/cameras.js';
import { now } from '../engine/clock.js';
import { asFailure, type CaptureFailure, ownError } from '../engine/errors.js';
import { type Glue, loadModule } from '../engine/loader.js';
import { loadSealing, type SealingGlue } from '../engine/sealing.js';
import type { InstructionCode } from '../engine/types.js';
import { BUILT_IN_WORDS, loadWords } from '../i18n/i18n.js';
import { type Ending, linked } from '../lib/abort.js';
import { fillScreen, isPhone, leaveFullScreen } from '../lib/browser.js';
import type { Host } from '../ui/host.js';
import type { Action, Face, Notice, Page, Screen, Setting } from '../ui/screen.js';
import { Look } from '../ui/ui-config.js';
import { type Circumstances, freshId, type Nonce, type Pictures, packAttempt } from './attempt.js';
import { consents } from './consent.js';
import { deliver, judged, persistently, type Tell } from './delivery.js';
import { captureTrouble, endsSession, SKINS, serviceFailure, serviceTrouble, timeoutNotice } from './error-pages.js';
import { Handing } from './handoff-initiator.js';
import { awaitWord, claim } from './handoff-joiner.js';
import { Nonces } from './nonces.js';
import { Presence } from './page-lifecycle.js';
import { takePhotos } from './photos.js';
import { Progress } from './progress.js';
import { isOver, ResultPage } from './result.js';
import { hindrance } from './timeout-hint.js';

/** What one camera may suffer from and another not. */
const OF_ONE_CAMERA: CaptureFailure['code'][] = ['camera_in_use', 'no_frames', 'stream_interrupted', 'overconstrained'];

export class Journey {
  readonly #screen: Screen;
  readonly #host: Host;
  readonly #service: Service;
  readonly #capturing: Capturing;
  readonly #progress: Progress;
  readonly #result: ResultPage;
  readonly #nonces: Nonces;
  readonly #end = new AbortController();
  #session: SessionView | null = null;
  /** Raised by every start and every cancel: what was begun before does not go on. */
  #run = 0;
  #attempts = 0;
  #face: Face | null = null;
  /** What the server's clock is ahead of the one that the device shows, ms. */
  #shownOffset = 0;
  /** Whether the person has left the colours out: then a longer path takes their place, where there has to be something. */
  #leavesLightOut = false;
  /** What is on its way to the service. */
  #sending: Ending | null = null;
  readonly #presence = new Presence(() => this.#capturing.leave(), this.#end.signal);

  constructor(screen: Screen, host: Host) {
    this.#screen = screen;
    this.#host = host;
    this.#service = host.service;
    this.#capturing = new Capturing(screen, host);
    this.#progress = new Progress(screen, host);
    this.#result = new ResultPage(screen);
    this.#nonces = new Nonces(host.service);
  }

  /** The person is gone, or the element. */
  end(): void {
    this.#run += 1;
    this.#end.abort();
    this.#result.end();
    this.#capturing.destroy();
    if (this.#face) URL.revokeObjectURL(this.#face.url);
  }

  async open(): Promise<void> {
    const { link, locale: wanted } = this.#host;
    try {
      await this.#speak(wanted, {});
      const { strangers } = this.#setting.words;
      // Not a reason to stop anybody: the texts of another version are worth more than no check at all.
      if (strangers.length > 0) console.warn(`messages: there is no ${strangers.join(', ')}`);
      if (link) await claim(this.#service, link, this.#progress.tell, this.#end.signal);
      // On the clock that the person reads: this is for times that are shown.
      const ask = () => withOffset(() => this.#service.session(wanted), Date.now);
      const session = await persistently(ask, this.#progress.tell, this.#end.signal);
      this.#session = session;
      this.#shownOffset = session.clockOffset;
      this.#host.tell('opened', { signatureId: session.signatureId });
      await this.#speak(session.locale, session.ui);
      const isSecond = session.device === 'second';
      const status = isSecond
        ? await awaitWord(session, this.#service, this.#screen, this.#end.signal)
        : session.status;
      if (isSecond && !status.active && (status.state === 'open' || status.state === 'retry'))
        return await this.#notice(lostLink(status));
      const isElsewhere = !isSecond && ['claimed', 'confirmed', 'voided'].includes(status.handoff?.state ?? '');
      await (isElsewhere && !isOver(status) ? this.#handOver(false, status) : this.#goOn(status));
    } catch (error) {
      await this.#failed(error);
    }
  }

  get #mayTryAgain(): boolean {
    return this.#attempts < this.#host.manners.maxAttempts;
  }

  get #setting(): Setting {
    if (!this.#screen.setting) throw new Error('no texts yet');
    return this.#screen.setting;
  }

  get #opened(): SessionView {
    if (!this.#session) throw new Error('no session yet');
    return this.#session;
  }

  async #speak(locale: string, ui: Record<string, unknown>): Promise<void> {
    const before = this.#screen.setting?.words;
    const wanted = loadWords(locale, this.#host.manners.messages);
    // Words of another language are better than none.
    const words = await wanted.catch(() => before ?? BUILT_IN_WORDS);
    this.#screen.setting = { words, look: new Look(ui, isPhone()) };
    this.#host.dress(this.#screen.setting);
    if (words === BUILT_IN_WORDS) throw ownError('asset_load_failed', 'the texts did not load');
  }

  #status(): Promise<StatusView> {
    return persistently(() => this.#service.status(), this.#progress.tell, this.#end.signal);
  }

  /** Goes to the page that the session's status asks for. */
  async #goOn(status: StatusView): Promise<void> {
    const means = { screen: this.#screen, service: this.#service, tell: this.#progress.tell, signal: this.#end.signal };
    if (!(await consents(this.#opened, status, means)))
      return this.#notice({ title: 'consent_declined_title', text: 'consent_declined_text' });
    if (status.state === 'judging')
      return this.#showResult(await judged(this.#service, status, this.#progress.tell, this.#end.signal));
    if (status.state === 'succeeded' || status.state === 'failed') return this.#showResult(status);
    if (status.state === 'expired') return this.#expired(status);
    await this.#screen.show({ name: 'loading', share: 0 });
    // The engine is loaded while there is nothing to do for the person, so that the tap finds it ready.
    await this.#capturing.load();
    if (this.#end.signal.aborted) return;
    // Not waited for yet. Should it fail, it is tried again before the capture.
    this.#sealing().catch(() => undefined);
    await (this.#host.manners.startScreen ? this.#showTips() : this.#begin());
  }

  #showTips(): Promise<void> {
    const { video, lightChallenge } = this.#opened;
    const start = () => void this.#begin();
    return this.#screen.show({ name: 'tips', records: video, lights: lightChallenge && !isStill(), start });
  }

  /** Takes a nonce, then the two pictures. What a tap on "Cancel" ended meanwhile does not go on. */
  async #begin(): Promise<void> {
    this.#result.end();
    this.#attempts += 1;
    this.#progress.begin(() => this.#cancel());
    const run = ++this.#run;
    const acts = { choose: (id: string) => this.#capturing.choose(id), cancel: () => this.#cancel() };
    const nothing = { hint: '', cameras: [], chosen: '', skip: null, tap: null, isMirrored: true };
    const page: Page = { name: 'camera', ...nothing, ...acts };
    try {
      if (this.#host.manners.fillsScreen) await fillScreen();
      await this.#screen.show(page);
      // A host may have hidden the element: a nonce runs out, and nobody is captured unseen.
      await untilShown(this.#screen.video, this.#end.signal);
      if (run !== this.#run) return;
      const id = freshId();
      // Before anything is captured: what cannot be sealed cannot be sent.
      await this.#sealing();
      const issued = await this.#issued(id, true);
      await this.#capturing.load();
      if (run !== this.#run) return;
      await this.#screen.show(page);
      const { video, limits } = this.#opened;
      const { light, motion } = issued;
      const taken = await this.#capturing.take({ videoBytes: video ? limits.videoBytes : 0, light, motion });
      if (run !== this.#run) return;
      if (!taken) return await this.#resume(run);
      if (this.#lacksLight(taken, issued)) return await this.#withoutLight(run, taken.lit);
      this.#leaveFullScreen();
      await this.#taken(taken, id, issued);
    } catch (error) {
      if (run === this.#run) await this.#failed(error);
    }
  }

  /** Begins anew, where the camera was let go because the page was left: once the page is back. */
  async #resume(run: number): Promise<void> {
    await this.#presence.here;
    if (run !== this.#run) return;
    // No try of the person's was used.
    this.#attempts -= 1;
    await this.#begin();
  }

  /** Whether colours that stand beside a short path were not shown to the end. */
  #lacksLight({ result, lit }: Taken, { lightReplaceable }: Nonce): boolean {
    return lightReplaceable && result.outcome === 'captured' && lit?.outcome !== 'shown';
  }

  /** Begins again: along a longer path without colours, unless these were only interrupted. */
  async #withoutLight(run: number, lit: Lit | null): Promise<void> {
    this.#leavesLightOut ||= lit?.outcome === 'skipped';
    this.#screen.announce(this.#setting.words.text('restart_other'));
    await this.#resume(run);
  }

  #leaveFullScreen(): void {
    if (this.#host.manners.fillsScreen) leaveFullScreen();
  }

  /** `motion`: whether the pictures are taken by the engine, which can lead along a path. */
  #issued(id: string, motion: boolean): Promise<Nonce> {
    const able = { motion, lightUnwanted: this.#leavesLightOut || isUnwanted() };
    // Whoever has cancelled is not to see it any more.
    const tell: Tell = (now) => {
      if (this.#progress.giveUp) this.#progress.tell(now);
    };
    return this.#nonces.take(id, able, tell, this.#end.signal);
  }

  #cancel(): void {
    if (this.#capturing.told) this.#service.report('cancelled', '', this.#capturing.told);
    this.#run += 1;
    this.#progress.giveUp = null;
    this.#sending?.end();
    this.#capturing.cancel();
    this.#leaveFullScreen();
    this.#host.tell('cancel', undefined);
    void this.#showTips();
  }

  #sealing(): Promise<SealingGlue> {
    return loadSealing(this.#host.manners.options.load);
  }

  async #taken({ result, shown, video, device, lit }: Taken, id: string, issued: Nonce): Promise<void> {
    if (result.outcome === 'timed_out') return this.#timedOut(hindrance(result.instructions, now()));
    const { far, stops, near, audit, instructions } = result;
    if (!far || !near || !shown) throw new Error('a capture without pictures');
    const pictures: Pictures = { cameraType: 'WEB_CAMERA', far, stops, near, audit, instructions, video, lit };
    await this.#deliver(pictures, { ...shown, issued, device }, id);
  }

  async #deliver(pictures: Pictures, circumstances: Omit<Circumstances, 'signatureId'>, id: string): Promise<void> {
    // First of all: who cancels while it is packed sends nothing.
    const sending = linked(this.#end.signal);
    this.#sending = sending;
    if (this.#face) URL.revokeObjectURL(this.#face.url);
    const { cameraLabel: label, facingMode } = circumstances.device;
    const isMirrored = pictures.cameraType === 'WEB_CAMERA' && !looksAway({ facingMode, label });
    this.#face = { url: URL.createObjectURL(new Blob([pictures.near.jpeg], { type: 'image/jpeg' })), isMirrored };
    const all = { ...circumstances, signatureId: this.#opened.signatureId };
    try {
      const attempt = await packAttempt(id, pictures, all, await this.#sealing());
      if (sending.signal.aborted) return;
      const status = await deliver(this.#service, attempt, this.#progress.tell, sending.signal);
      if (!sending.signal.aborted) await this.#showResult(status);
    } finally {
      sending.end();
    }
  }

  async #showResult(status: StatusView): Promise<void> {
    const { look } = this.#setting;
    this.#progress.giveUp = null;
    this.#host.tell('judged', status);
    if (status.state === 'expired') return this.#expired(status);
    const over = isOver(status);
    if (over && this.#opened.device === 'second')
      return this.#notice({ title: 'second_done_title', text: 'second_done_text', skin: SKINS.verified });
    const isShown = this.#host.manners.resultScreen && look.flag('ResultPage', 'isShow', true);
    if (over && !isShown) return this.#leave(status);
    await this.#result.show(status, {
      face: this.#face,
      again: this.#mayTryAgain ? () => void this.#begin() : null,
      next: () => void this.#leave(status),
    });
  }

  async #leave(status: StatusView): Promise<void> {
    this.#result.end();
    if (!this.#host.leave(await this.#module(), this.#opened, status))
      await this.#notice({ title: 'finished_title', text: 'finished_text' });
  }

  /** The Rust module, loaded for this alone if nothing was captured here; null where it cannot run. */
  async #module(): Promise<Glue | null> {
    return this.#capturing.module ?? (await loadModule(this.#host.manners.options.load).catch(() => null));
  }

  /** The session's time is over: there is only the way back. */
  #expired(status: StatusView): Promise<void> {
    const actions: Action[] = status.next ? [{ label: 'next', act: () => void this.#leave(status) }] : [];
    return this.#notice({ title: 'expired_title', text: 'expired_text', actions });
  }

  /** `unmet`: what the person was told longest, in vain; null where it was no instruction that took the time. */
  #timedOut(unmet: InstructionCode | null = null): Promise<void> {
    if (unmet) this.#service.report('capture_timeout', '', unmet);
    const actions = this.#remedies('again');
    if (this.#mayHandOver) actions.push({ label: 'handoff_offer', act: () => void this.#handOver(false) });
    return this.#screen.show({ name: 'timeout', notice: timeoutNotice(this.#setting, unmet, actions) });
  }

  get #mayHandOver(): boolean {
    return this.#host.manners.crossDevice && this.#session?.crossDevice === true && this.#session.device === 'first';
  }

  async #failed(error: unknown): Promise<void> {
    this.#leaveFullScreen();
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (error instanceof ServiceError) return this.#refused(error);
    const failure = asFailure(error);
    if (failure.code === 'capture_timeout') return this.#timedOut();
    this.#service.report(failure.code, String(failure.cause ?? failure.message));
    this.#host.tell('error', failure);
    await this.#captureFailed(failure);
  }

  async #captureFailed(failure: CaptureFailure): Promise<void> {
    const { remedy, isCamera, ...notice } = captureTrouble(failure);
    const denied = failure.code === 'permission_denied';
    const actions = this.#remedies(remedy);
    const cameras = await this.#otherCameras(failure);
    if (isCamera && this.#mayHandOver) {
      const handOver = () => void this.#handOver(denied);
      // Where nothing can be done here, another device is all there is.
      if (actions.length === 0 && !this.#mayTakePhotos) return this.#handOver(denied);
      actions.push({ label: 'handoff_offer', act: handOver });
    }
    if (isCamera && this.#mayTakePhotos) actions.push({ label: 'system_offer', act: () => void this.#photograph() });
    await this.#notice({ ...notice, cameras, actions });
  }

  /** The cameras to go on with, where one of them failed and there are others. */
  async #otherCameras({ code }: CaptureFailure): Promise<Notice['cameras']> {
    if (!OF_ONE_CAMERA.includes(code) || !this.#mayTryAgain) return undefined;
    const choices = await this.#capturing.cameras();
    // Where what was asked for cannot be had, the one camera that there is may do.
    if (choices.length < (code === 'overconstrained' ? 1 : 2)) return undefined;
    const choose = (id: string) => {
      this.#capturing.prefer(id);
      void this.#begin();
    };
    return { choices, choose };
  }

  get #mayTakePhotos(): boolean {
    return this.#session?.systemCamera === true && isPhone();
  }

  async #refused(error: ServiceError): Promise<void> {
    // The connection was too slow, or the device asleep: a new capture is all that helps.
    if (error.code === 'NONCE_EXPIRED') return this.#timedOut();
    if (endsSession(error)) {
      const status = await this.#service.status().catch(() => null);
      if (status?.next) return this.#showResult(status);
    }
    this.#host.tell('error', serviceFailure(error));
    const { remedy, isCamera: _, ...notice } = serviceTrouble(error);
    await this.#notice({ ...notice, actions: this.#remedies(remedy) });
  }

  #remedies(remedy: 'again' | 'reload' | null): Action[] {
    if (remedy === 'reload') return [{ label: 'reload', act: () => this.#host.reload() }];
    const again = remedy === 'again' && this.#mayTryAgain;
    return again ? [{ label: 'try_again', act: () => void this.#begin() }] : [];
  }

  /** Goes on with another device, until it is done or the person wants to go on here. */
  async #handOver(denied: boolean, status?: StatusView): Promise<void> {
    try {
      this.#progress.begin(null);
      const module = await this.#module();
      const now = status ?? (await this.#status());
      if (!module) return await this.#notice({ title: 'trouble_title', text: 'old_browser_text' });
      const ours = { service: this.#service, screen: this.#screen, clockOffset: this.#shownOffset };
      const { language } = this.#setting.words;
      const ended = await new Handing({ ...ours, module, denied, language, signal: this.#end.signal }, now).run();
      if (this.#end.signal.aborted) return;
      await (ended ? this.#showResult(ended) : this.#goOn(await this.#status()));
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Two photos by the device's own camera program. */
  async #photograph(): Promise<void> {
    const run = ++this.#run;
    try {
      const id = freshId();
      this.#progress.begin(() => this.#cancel());
      await this.#sealing();
      const issued = await this.#issued(id, false);
      if (run !== this.#run) return;
      const photos = await takePhotos(this.#screen, this.#opened.limits.imageBytes);
      if (run !== this.#run) return;
      if (!photos) return await this.#showTips();
      await this.#deliver(photos.pictures, { ...photos.shown, issued, device: deviceFacts(null) }, id);
    } catch (error) {
      if (run === this.#run) await this.#failed(error);
    }
  }

  #notice(notice: Notice): Promise<void> {
    return this.#screen.show({ name: 'notice', notice });
  }
}

/** Why the second device does not get in. */
function lostLink({ handoff }: StatusView): Notice {
  return handoff?.state === 'voided'
    ? { title: 'handoff_voided_title', text: 'second_voided_text' }
    : { title: 'expired_title', text: 'second_taken_text' };
}
