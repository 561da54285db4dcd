// <nearfar-liveness>: the whole journey as a custom element.

import { adoptStyles, type CSSResultGroup, type PropertyValues, supportsAdoptingStyleSheets } from 'lit';
import { ServiceClient } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import { asFailure, type CaptureFailure } from '../engine/errors.js';
import { logFailure } from '../engine/failure-log.js';
import { Journey } from '../flow/journey.js';
import { verdictOf } from '../flow/verdict.js';
import { loadI18n } from '../i18n/i18n.js';
import { browserLanguage, isPhone } from '../lib/browser.js';
import { JourneyElement } from '../ui/element.js';
import type { Departure, Host, JourneyEvents } from '../ui/host.js';
import { UiConfig } from '../ui/ui-config.js';
import type { JourneyView, Page, PageContext } from '../ui/view.js';
import { ALIASES, ATTRIBUTE_NAMES, type Attributes, attributeOf, attributesOf } from './attributes.js';
import { frame } from './frame-style.js';
import type { LivenessEvents } from './liveness-events.js';
import { readSettings, type Settings } from './settings.js';
import { version } from './version.js';

/** Errors that neither a browser setting nor a retry can fix. */
const UNSUPPORTED = ['no_wasm', 'no_media_devices', 'insecure_context'];

/** One journey of the element: its host and its view. After `end` it ignores every call. */
class JourneyRun implements Host, JourneyView {
  readonly #element: NearfarLiveness;
  readonly options: Settings;
  readonly #journey: Journey;
  #isOver = false;
  readonly link = null;
  readonly service: ServiceClient;

  constructor(element: NearfarLiveness, settings: Settings) {
    this.#element = element;
    this.options = settings;
    this.service = new ServiceClient(settings.service, settings.token);
    this.#journey = new Journey(this, this);
    void this.#journey.open();
  }

  end(): void {
    this.#isOver = true;
    this.#journey.end();
  }

  get renderRoot() {
    return this.#element.renderRoot;
  }

  get video() {
    return this.#element.video;
  }

  get page() {
    return this.#element.page;
  }

  get context() {
    return this.#element.context;
  }

  set context(context) {
    if (!this.#isOver) this.#element.context = context;
  }

  async show(page: Page): Promise<void> {
    if (!this.#isOver) await this.#element.show(page);
  }

  announce(text: string): void {
    if (!this.#isOver) this.#element.announce(text);
  }

  get locale() {
    return this.#element.tag;
  }

  applyContext(_context: PageContext): void {}

  emit<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    if (!this.#isOver) this.#element.onJourneyEvent(name, detail);
  }

  leave(_module: unknown, _session: SessionView, { next }: StatusView): Departure {
    this.#element.send('continue', { next });
    return 'stays';
  }

  reload(): void {
    this.#element.restart();
  }
}

/**
 * The whole journey of one session: tips, capture, upload and result.
 *
 * @slot header - Shown above every page.
 * @slot footer - Shown below every page.
 * @slot logo - Your logo, at the top of every page but the camera's.
 * @slot tips - Shown on the page of tips, after the tips.
 * @slot result - Shown on the result page, after the result.
 *
 * @csspart consent - The consent page of a study.
 * @csspart tips - The page of tips.
 * @csspart privacy - The link to your page about the person's data, on the page of tips.
 * @csspart phone - The panel that leads to the phone, on the page of tips.
 * @csspart camera - The camera page.
 * @csspart ask - The page that shows what the browser asks.
 * @csspart hint - The hint on the camera page.
 * @csspart step - Which of the pictures comes next, on the camera page.
 * @csspart instruction - The instruction on the camera page.
 * @csspart handoff - The pages that continue on another device.
 * @csspart photo - The page that takes a photo with the system camera.
 * @csspart notice - A page with a message, for example after an error.
 * @csspart result - The result page.
 * @csspart button - Every button.
 * @csspart agree - The button that agrees to a study.
 * @csspart decline - The button that declines a study.
 * @csspart start - The button that starts the capture.
 * @csspart here - The button that prefers this computer to the phone.
 * @csspart cancel - The button that cancels the capture.
 * @csspart tap - The button that starts the video where the browser requires a tap.
 * @csspart pause - The button that pauses and resumes the capture.
 * @csspart skip - The button that skips the light challenge.
 * @csspart again - The button that tries again.
 * @csspart next - The button that leaves the result page.
 * @csspart stay - The button that stops the countdown of the result page.
 * @csspart copy - The button that copies the link for another device.
 * @csspart fresh - The button that creates another link.
 * @csspart same - The button that confirms that both devices show the same number.
 * @csspart other - The button for a number that differs.
 * @csspart back - The button that leads back.
 *
 * @cssproperty --nearfar-height - The height of the element.
 * @cssproperty --nearfar-accent - The colour of buttons, icons and progress.
 * @cssproperty --nearfar-on-accent - The colour of text on the accent colour.
 * @cssproperty --nearfar-ink - The colour of text.
 * @cssproperty --nearfar-paper - The colour of the background.
 * @cssproperty --nearfar-soft - The colour of secondary text.
 * @cssproperty --nearfar-good - The colour of success.
 * @cssproperty --nearfar-bad - The colour of failures.
 * @cssproperty --nearfar-card - The background of raised areas.
 * @cssproperty --nearfar-line - The colour of lines between and around areas.
 * @cssproperty --nearfar-radius - The radius of the element's corners.
 * @cssproperty --nearfar-control-radius - The radius of the corners of buttons and fields.
 * @cssproperty --nearfar-font - The font family.
 */
export class NearfarLiveness extends JourneyElement implements Attributes {
  static override styles: CSSResultGroup = [JourneyElement.styles, frame];
  static override properties = {
    ...JourneyElement.properties,
    ...Object.fromEntries(
      ATTRIBUTE_NAMES.map((name) => [name, { attribute: attributeOf(name), reflect: name === 'theme' }]),
    ),
  };

  declare sessionUrl: Attributes['sessionUrl'];
  declare token: Attributes['token'];
  declare apiUrl: Attributes['apiUrl'];
  declare assetsUrl: Attributes['assetsUrl'];
  declare wasmSrc: Attributes['wasmSrc'];
  declare modelSrc: Attributes['modelSrc'];
  declare workerSrc: Attributes['workerSrc'];
  declare locale: Attributes['locale'];
  declare messages: Attributes['messages'];
  declare theme: Attributes['theme'];
  declare deviceId: Attributes['deviceId'];
  declare constraints: Attributes['constraints'];
  declare thresholds: Attributes['thresholds'];
  declare timeouts: Attributes['timeouts'];
  declare startScreen: Attributes['startScreen'];
  declare resultScreen: Attributes['resultScreen'];
  declare maxAttempts: Attributes['maxAttempts'];
  declare crossDevice: Attributes['crossDevice'];
  declare privacyUrl: Attributes['privacyUrl'];
  declare cspNonce: Attributes['cspNonce'];
  declare debug: Attributes['debug'];
  #run: JourneyRun | null = null;
  #signatureId: string | null = null;
  #ready = false;
  /** The inputs of the current run, even if they were invalid; null without a run. */
  #inputs: string | null = null;

  /** Created once: some events come with every frame. */
  readonly #handlers: { [Each in keyof JourneyEvents]?: (detail: JourneyEvents[Each]) => void } = {
    opened: ({ signatureId }) => {
      this.#signatureId = signatureId;
    },
    permission: () => this.send('permission', { state: 'granted' }),
    'camera-change': (camera) => this.send('camera-change', camera),
    ready: () => this.send('started', {}),
    phase: (phase) => this.send('phase', phase),
    instruction: (instruction) => this.send('instruction', instruction),
    progress: (progress) => this.send('progress', progress),
    finished: ({ outcome, far, near, audit, instructions }) => {
      if (outcome === 'captured' && far && near) this.send('captured', { far, near, audit, instructions });
    },
    uploading: (uploading) => this.send('uploading', uploading),
    judged: (status) => this.#onResult(status),
    cancel: () => this.send('cancel', {}),
    error: (failure) => this.#onFailure(failure),
  };

  constructor() {
    super();
    for (const name of ATTRIBUTE_NAMES) (this as Record<string, unknown>)[name] = null;
  }

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit finalizes the class on which this is called, which is not the parent.
    return [...super.observedAttributes, ...ALIASES.keys()];
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(ALIASES.get(name) ?? name, before, value);
  }

  /** The version of this package. */
  static readonly version = version;

  override connectedCallback(): void {
    this.#useNonce();
    super.connectedCallback();
    // Wait for the first update: it includes properties that were set in the same task, or before the element was
    // defined.
    void this.updateComplete.then(() => {
      if (this.isConnected && this.#inputs === null) this.#begin();
    });
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    const styles = (this.constructor as typeof NearfarLiveness).elementStyles;
    // A nonce that was set before the element was defined arrives after the styles, which the browser then refuses.
    if (this.#useNonce() && !supportsAdoptingStyleSheets) adoptStyles(this.renderRoot as ShadowRoot, styles);
  }

  /** Passes the nonce to Lit; returns whether Lit had none before. */
  #useNonce(): boolean {
    const lit = globalThis as { litNonce?: string };
    if (!this.cspNonce || lit.litNonce !== undefined) return false;
    lit.litNonce = this.cspNonce;
    return true;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element removes and inserts it in the same task.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed);
    // The session or its texts changed: restart, but do not interrupt a capture or an upload.
    const isBusy = this.page.name === 'camera' || this.page.name === 'progress';
    if (this.#inputs !== null && this.#inputs !== this.#currentInputs() && !isBusy) this.restart();
  }

  protected override pageShown({ name }: Page): void {
    if (this.#ready || !['consent', 'tips', 'camera'].includes(name)) return;
    this.#ready = true;
    this.send('ready', {});
  }

  /** Starts over with the current attributes and properties. */
  restart(): void {
    this.#end();
    if (this.isConnected) this.#begin();
  }

  /** Releases camera, worker and requests, and removes the element from the page. */
  async destroy(): Promise<void> {
    this.#end();
    this.remove();
    await this.updateComplete;
  }

  /** The inputs that require a restart when they change. */
  #currentInputs(): string {
    const { sessionUrl, token, apiUrl, locale, messages, privacyUrl } = this;
    return JSON.stringify([sessionUrl, token, apiUrl, locale, messages, privacyUrl]);
  }

  #begin(): void {
    this.#inputs = this.#currentInputs();
    try {
      const settings = readSettings(attributesOf(this), (message) => console.warn(`<${this.localName}> ${message}`));
      this.#ready = false;
      this.#signatureId = null;
      this.#run = new JourneyRun(this, settings);
    } catch (error) {
      const failure = asFailure(error);
      console.error(`<${this.localName}> ${failure.message}`);
      this.send('error', failure);
      void this.#showError(failure);
    }
  }

  /** Shows an error page instead of an empty box. */
  async #showError({ code }: CaptureFailure): Promise<void> {
    const inputs = this.#inputs;
    // Without texts, the console message and the event have to suffice.
    const i18n = await loadI18n(this.tag).catch(() => null);
    if (!i18n || this.#inputs !== inputs) return;
    this.context = { i18n, ui: new UiConfig({}, isPhone()) };
    await this.show({ name: 'notice', notice: { title: 'unknown_title', text: 'unknown_text', code } });
  }

  /** The tag of the requested language. */
  get tag(): string {
    const around = this.closest('[lang]')?.getAttribute('lang');
    return this.locale ?? (around || browserLanguage());
  }

  #end(): void {
    this.#run?.end();
    this.#run = null;
    this.#inputs = null;
    this.page = { name: 'loading', share: null };
  }

  /** Receives the journey's events. @internal */
  onJourneyEvent<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    this.#handlers[name]?.(detail);
  }

  #onResult(status: StatusView): void {
    if (status.state === 'open' || status.state === 'judging') return;
    this.send('complete', verdictOf(status));
  }

  #onFailure(failure: CaptureFailure): void {
    if (failure.code === 'permission_denied') this.send('permission', { state: 'denied' });
    void logFailure(`<${this.localName}>`, failure);
    if (UNSUPPORTED.includes(failure.code)) this.send('unsupported', failure);
    this.send('error', failure);
  }

  /** Dispatches an event that bubbles and leaves shadow trees. @internal */
  send<Name extends keyof LivenessEvents>(
    name: Name,
    detail: Omit<LivenessEvents[Name], 'sessionId' | 'version'>,
  ): void {
    const full = { ...detail, sessionId: this.#signatureId, version };
    const isDebug = this.debug !== null && this.debug !== false && this.debug !== 'false';
    if (isDebug) console.debug(`<${this.localName}> ${name}`, full);
    this.dispatchEvent(new CustomEvent(name, { detail: full, bubbles: true, composed: true }));
  }
}
