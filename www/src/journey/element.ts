// The journey of one session: which page follows which.

import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { announcer } from '../announcer.js';
import { type Capture, type CaptureEvents, createCapture, type Finished, type Oval } from '../engine/capture.js';
import { asFailure, type CaptureFailure } from '../engine/errors.js';
import { readOptions } from '../options.js';
import { attemptForm, freshId } from './attempt.js';
import { type Delivery, deliver, persistently } from './delivery.js';
import { Guide } from './guide.js';
import { leave } from './leave.js';
import { Look } from './look.js';
import {
  cameraPage,
  instruction,
  loadingPage,
  type Notice,
  noticePage,
  type Outcome,
  progressPage,
  resultPage,
  type Setting,
  timeoutPage,
  tipsPage,
} from './pages.js';
import { paint } from './paint.js';
import { Service, ServiceError, type Session, type Status } from './service.js';
import { style } from './style.js';
import { captureTrouble, serviceTrouble } from './troubles.js';
import { loadWords } from './words.js';

type Page =
  | { name: 'loading'; share: number | null }
  | { name: 'tips' }
  | { name: 'camera'; hint: string }
  | { name: 'progress'; title: string; note: string; share: number | null }
  | { name: 'notice'; notice: Notice }
  | { name: 'timeout' }
  | { name: 'result'; status: Status; outcome: Outcome };

const COUNTDOWN_SECONDS = 5;
/** A browser's question that is not answered for so long may not have been seen. */
const SLOW_ANSWER_MS = 6_000;
const RESTARTS = ['face_lost', 'face_changed', 'multiple_faces', 'rotated'] as const;

class Journey extends LitElement {
  static override styles = style;
  static override properties = { page: { state: true } };

  declare private page: Page;
  readonly #address = new URL(location.href);
  readonly #video = document.createElement('video');
  readonly #service = new Service(this.#address, this.#address.searchParams.get('token') ?? '');
  readonly #guide = new Guide(() => this.renderRoot);
  readonly #end = new AbortController();
  #setting: Setting | null = null;
  #session: Session | null = null;
  #announce: (text: string) => void = () => undefined;
  #capture: Capture | null = null;
  #attempt: { id: string; nonce: string } | null = null;
  /** Raised by every start and every cancel. */
  #run = 0;
  /** Whether the capture was ever started: from then on it is to be started over. */
  #started = false;
  #ovals: Partial<Record<'far' | 'near', Oval>> = {};
  #shown: { text: string; color: string | null } = { text: '', color: null };
  #face: string | null = null;
  /** What the server's clock is ahead of this device's, ms. */
  #clockOffset = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.page = { name: 'loading', share: null };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pagehide', () => this.#leavePage(), { once: true });
    void this.#open();
  }

  #leavePage(): void {
    this.#end.abort();
    this.#capture?.destroy();
    this.#capture = null;
  }

  /** Shows a page. Its heading takes the focus, so that a screen reader reads it from its start. */
  async #show(page: Page): Promise<void> {
    const isNew = page.name !== this.page.name;
    clearTimeout(this.#timer);
    this.page = page;
    await this.updateComplete;
    document.dispatchEvent(new CustomEvent('nearfar:page', { detail: { page: page.name } }));
    if (isNew) this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  async #open(): Promise<void> {
    const wanted = this.#address.searchParams.get('language') ?? navigator.language;
    await this.#speak(wanted, {});
    try {
      const ask = async () => {
        const asked = Date.now();
        const session = await this.#service.session(wanted);
        this.#clockOffset = session.serverTime - (asked + Date.now()) / 2;
        return session;
      };
      this.#session = await persistently(ask, (now) => this.#tell(now), this.#end.signal);
      await this.#speak(this.#session.locale, this.#session.ui);
      await this.#goOn(this.#session.status);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #speak(locale: string, ui: Record<string, unknown>): Promise<void> {
    const words = await loadWords(locale);
    const look = new Look(ui, matchMedia('(pointer: coarse)').matches);
    this.#setting = { words, look };
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
    document.title = look.title(words.text('title'));
    this.requestUpdate();
  }

  /** Goes to the page that the session's status asks for. */
  async #goOn(status: Status): Promise<void> {
    switch (status.state) {
      case 'judging':
        return this.#await(status);
      case 'succeeded':
      case 'failed':
        return this.#showResult(status);
      case 'expired':
        return this.#notice({ title: 'expired_title', text: 'expired_text' });
      default:
        await this.#load();
        if (this.#capture) await this.#show({ name: 'tips' });
    }
  }

  /** Loads the engine while there is nothing to do for the person, so that the tap finds it ready. */
  async #load(): Promise<void> {
    const { options } = readOptions(this.#address.searchParams);
    await this.#show({ name: 'loading', share: 0 });
    try {
      this.#capture ??= await createCapture(this.#video, options, (name, detail) => this.#onEvent(name, detail));
    } catch {
      // The error event has told it.
    }
  }

  /** Takes a nonce, then the two pictures. What a tap on "Cancel" ended meanwhile does not go on. */
  async #begin(): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    const { words } = this.#words;
    await this.#show({ name: 'camera', hint: '' });
    this.#ovals = {};
    const id = freshId();
    try {
      const ask = () => this.#service.attempt(id);
      const { nonce } = await persistently(ask, (now) => this.#tell(now), this.#end.signal);
      if (!this.#capture) await this.#load();
      if (run !== this.#run || !this.#capture) return;
      this.#attempt = { id, nonce };
      await this.#show({ name: 'camera', hint: words.text('camera_ask') });
      this.#timer = setTimeout(() => {
        this.page = { name: 'camera', hint: words.text('camera_ask_slow') };
      }, SLOW_ANSWER_MS);
      const again = this.#started;
      this.#started = true;
      await (again ? this.#capture.retry() : this.#capture.start());
    } catch (error) {
      // What the capture throws its error event has told.
      if (error instanceof ServiceError && run === this.#run) await this.#failed(error);
    }
  }

  #cancel(): void {
    this.#run += 1;
    this.#capture?.cancel();
    void this.#show({ name: 'tips' });
  }

  get #words(): Setting {
    if (!this.#setting) throw new Error('no texts yet');
    return this.#setting;
  }

  #onEvent<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    const handlers: { [Each in keyof CaptureEvents]?: (detail: CaptureEvents[Each]) => void } = {
      loading: ({ loaded, total }) => {
        if (this.page.name === 'loading') this.page = { name: 'loading', share: loaded / total };
      },
      phase: ({ phase }) => this.#onPhase(phase),
      oval: ({ stage, oval }) => {
        this.#ovals[stage] = oval;
        this.#guide.oval(oval, this.#video.clientWidth);
      },
      instruction: ({ code }) => this.#say(instruction(this.#words, code)),
      progress: ({ fraction }) => this.#guide.progress(fraction),
      paused: ({ reason }) => {
        if (reason === 'muted') this.#guide.say(this.#words.words.text('paused'), null);
      },
      resumed: () => this.#guide.say(this.#shown.text, this.#shown.color),
      restarted: ({ reason }) => {
        const known = RESTARTS.find((known) => known === reason);
        this.#announce(this.#words.words.text(known ? `restart_${known}` : 'restart_other'));
      },
      finished: (result) => void this.#finished(result),
      error: (failure) => void this.#captureFailed(failure),
    };
    handlers[name]?.(detail);
    document.dispatchEvent(new CustomEvent(`nearfar:${name}`, { detail }));
  }

  #onPhase(phase: string): void {
    this.#guide.progress(0);
    if (phase === 'far') {
      clearTimeout(this.#timer);
      if (this.page.name === 'camera') this.page = { name: 'camera', hint: '' };
    }
    const text = { loading: 'starting_camera', encoding: 'saving' } as const;
    if (phase in text) this.#say({ text: this.#words.words.text(text[phase as keyof typeof text]), color: null });
  }

  #say(line: { text: string; color: string | null }): void {
    this.#shown = line;
    this.#guide.say(line.text, line.color);
    this.#announce(line.text);
  }

  async #finished(result: Finished): Promise<void> {
    const { far, near, outcome, error } = result;
    if (outcome === 'cancelled') return this.#show({ name: 'tips' });
    if (outcome === 'timed_out') return this.#show({ name: 'timeout' });
    if (error) return this.#captureFailed(error);
    const { far: farOval, near: nearOval } = this.#ovals;
    if (!far || !near || !farOval || !nearOval || !this.#attempt)
      return this.#notice({ title: 'problem_title', text: 'problem_text', action: 'again', code: 'internal' });
    if (this.#face) URL.revokeObjectURL(this.#face);
    this.#face = URL.createObjectURL(new Blob([near.jpeg], { type: 'image/jpeg' }));
    const circumstances = {
      nonce: this.#attempt.nonce,
      ovals: { far: farOval, near: nearOval },
      viewport: { width: this.#video.clientWidth, height: this.#video.clientHeight },
      clockOffset: this.#clockOffset,
    };
    try {
      const form = await attemptForm({ ...result, far, near }, circumstances);
      const tell = (now: Delivery | { kind: 'judging' }) => this.#tell(now);
      await this.#showResult(await deliver(this.#service, this.#attempt.id, form, tell, this.#end.signal));
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #await(status: Status): Promise<void> {
    let now = status;
    while (now.state === 'judging') {
      this.#tell({ kind: 'judging' });
      const { version } = now;
      now = await persistently(
        () => this.#service.status(version),
        (told) => this.#tell(told),
        this.#end.signal,
      );
    }
    return this.#showResult(now);
  }

  #tell(now: Delivery | { kind: 'judging' }): void {
    const { words } = this.#words;
    // Before there is anything to send it is the page itself that waits.
    const title = words.text(this.#face ? 'sending' : 'loading');
    const pages = {
      sending: (share: number) => ({ title, note: words.text('sent_share', { share }), share }),
      waiting: (seconds: number, busy: boolean) => ({
        title,
        note: words.text(busy ? 'send_busy' : 'send_again', { seconds }),
        share: null,
      }),
      offline: () => ({ title, note: words.text(this.#face ? 'offline' : 'load_text'), share: null }),
      judging: () => ({ title: words.text('judging'), note: '', share: null }),
    };
    const page =
      now.kind === 'sending'
        ? pages.sending(now.share)
        : now.kind === 'waiting'
          ? pages.waiting(now.seconds, now.why === 'busy')
          : pages[now.kind]();
    void this.#show({ name: 'progress', ...page });
  }

  async #showResult(status: Status): Promise<void> {
    const { look } = this.#words;
    const isOver = status.next !== null;
    if (isOver && !look.flag('ResultPage', 'isShow', true)) return this.#leave(status);
    const counts = isOver && !look.flag('ResultPage', 'closeCountdownLogic', false);
    const outcome: Outcome = {
      passed: status.state === 'succeeded',
      code: status.result?.code ?? '',
      score: status.result?.score ?? null,
      triesLeft: status.triesLeft,
      countdown: counts ? COUNTDOWN_SECONDS : null,
      canTryAgain: !isOver,
      canGoOn: isOver,
      face: look.flag('ResultPage', 'faceShow', false) ? this.#face : null,
    };
    await this.#show({ name: 'result', status, outcome });
    if (counts) this.#countDown(status, outcome);
  }

  #countDown(status: Status, outcome: Outcome): void {
    this.#timer = setTimeout(() => {
      const countdown = (outcome.countdown ?? 0) - 1;
      if (countdown <= 0) return this.#leave(status);
      const next = { ...outcome, countdown };
      this.page = { name: 'result', status, outcome: next };
      this.#countDown(status, next);
    }, 1000);
  }

  #leave(status: Status): void {
    clearTimeout(this.#timer);
    if (!this.#session) return;
    const gone = leave(this.#session, status);
    if (this.#session.iframe || !gone) void this.#notice({ title: 'finished_title', text: 'finished_text' });
  }

  async #captureFailed(failure: CaptureFailure): Promise<void> {
    if (failure.code === 'capture_timeout') return this.#show({ name: 'timeout' });
    this.#service.report(failure.code, String(failure.cause ?? failure.message));
    await this.#notice(captureTrouble(failure));
  }

  async #failed(error: unknown): Promise<void> {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (!(error instanceof ServiceError)) return this.#captureFailed(asFailure(error));
    if (error.code === 'TRY_LIMIT_REACHED' || error.code === 'SESSION_FINISHED') {
      const status = await this.#service.status().catch(() => null);
      if (status?.next) return this.#showResult(status);
    }
    await this.#notice(serviceTrouble(error));
  }

  #notice(notice: Notice): Promise<void> {
    return this.#show({ name: 'notice', notice });
  }

  #act(notice: Notice): void {
    if (notice.action === 'reload') location.reload();
    else void this.#begin();
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    const region = this.renderRoot.querySelector('[aria-live]');
    if (region) this.#announce = announcer(region);
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.#setting) paint(this.renderRoot, this.#setting.look);
  }

  protected override render(): TemplateResult {
    return html`
      <main>${this.#setting ? this.#page(this.#setting, this.page) : ''}</main>
      <p class="visually-hidden" aria-live="polite"></p>`;
  }

  #page(setting: Setting, page: Page): TemplateResult {
    switch (page.name) {
      case 'loading':
        return loadingPage(setting, page.share);
      case 'tips':
        return tipsPage(setting, () => void this.#begin());
      case 'camera':
        return cameraPage(setting, this.#video, () => this.#cancel(), page.hint);
      case 'progress':
        return progressPage(page.title, page.note, page.share);
      case 'notice':
        return noticePage(setting, page.notice, () => this.#act(page.notice));
      case 'timeout':
        return timeoutPage(setting, () => void this.#begin());
      case 'result': {
        const { status } = page;
        return resultPage(setting, page.outcome, { again: () => void this.#begin(), next: () => this.#leave(status) });
      }
    }
  }
}

customElements.define('nearfar-journey', Journey);
document.body.append(document.createElement('nearfar-journey'));
