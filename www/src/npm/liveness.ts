// <nearfar-liveness>: the whole journey as an element of somebody's page.

import { adoptStyles, type CSSResultGroup, type PropertyValues, supportsAdoptingStyleSheets } from 'lit';
import { Service } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import { asFailure, type CaptureFailure, logFailure } from '../engine/errors.js';
import { Journey } from '../flow/journey.js';
import { loadWords } from '../i18n/i18n.js';
import { browserLanguage, isPhone } from '../lib/browser.js';
import { JourneyElement } from '../ui/element.js';
import type { Host, JourneyEvents } from '../ui/host.js';
import type { Page, Screen, Setting } from '../ui/screen.js';
import { Look } from '../ui/ui-config.js';
import { ALIASES, type Attributes, attributeOf, given, NAMES } from './attributes.js';
import { frame } from './frame-style.js';
import type { LivenessEvents } from './liveness-events.js';
import { readSettings, type Settings } from './settings.js';
import { version } from './version.js';

/** Failures after which no browser setting and no second try helps. */
const UNSUPPORTED = ['no_wasm', 'no_media_devices', 'insecure_context'];

/** One run of the element: host and screen of a journey, until it is ended. What comes later goes nowhere. */
class Run implements Host, Screen {
  readonly #element: NearfarLiveness;
  readonly manners: Settings;
  readonly #journey: Journey;
  #isOver = false;
  readonly link = null;
  readonly service: Service;

  constructor(element: NearfarLiveness, settings: Settings) {
    this.#element = element;
    this.manners = settings;
    this.service = new Service(settings.service, settings.token);
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

  get setting() {
    return this.#element.setting;
  }

  set setting(setting) {
    if (!this.#isOver) this.#element.setting = setting;
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

  dress(_setting: Setting): void {}

  tell<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    if (!this.#isOver) this.#element.hear(name, detail);
  }

  leave(_module: unknown, _session: SessionView, { next }: StatusView): boolean {
    this.#element.send('continue', { next });
    return false;
  }

  reload(): void {
    this.#element.restart();
  }
}

export class NearfarLiveness extends JourneyElement implements Attributes {
  static override styles: CSSResultGroup = [JourneyElement.styles, frame];
  static override properties = {
    ...JourneyElement.properties,
    ...Object.fromEntries(NAMES.map((name) => [name, { attribute: attributeOf(name), reflect: name === 'theme' }])),
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
  declare cspNonce: Attributes['cspNonce'];
  declare debug: Attributes['debug'];
  #run: Run | null = null;
  #signatureId: string | null = null;
  #ready = false;
  /** What the run that is under way, or was refused, was to be. */
  #begun: string | null = null;

  /** Made once: some events come with every frame. */
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
    judged: (status) => this.#judged(status),
    cancel: () => this.send('cancel', {}),
    error: (failure) => this.#failed(failure),
  };

  constructor() {
    super();
    for (const name of NAMES) (this as Record<string, unknown>)[name] = null;
  }

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit finishes the class that it is asked of, which is not the parent.
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
    // What is set in the same breath as the element is put into the page belongs to it, and what was set before it was
    // defined, which counts from the first update on.
    void this.updateComplete.then(() => {
      if (this.isConnected && this.#begun === null) this.#begin();
    });
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    const styles = (this.constructor as typeof NearfarLiveness).elementStyles;
    // A nonce that was set before the element was defined comes after the styles, which are then refused.
    if (this.#useNonce() && !supportsAdoptingStyleSheets) adoptStyles(this.renderRoot as ShadowRoot, styles);
  }

  /** Tells Lit of the nonce; true if it did not know one. */
  #useNonce(): boolean {
    const lit = globalThis as { litNonce?: string };
    if (!this.cspNonce || lit.litNonce !== undefined) return false;
    lit.litNonce = this.cspNonce;
    return true;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is moved is taken out and put in at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed);
    // Another session, or other words for it. Whoever is before the camera is not interrupted.
    const isBusy = this.page.name === 'camera' || this.page.name === 'progress';
    if (this.#begun !== null && this.#begun !== this.#wanted() && !isBusy) this.restart();
  }

  protected override shown({ name }: Page): void {
    if (this.#ready || !['consent', 'tips', 'camera'].includes(name)) return;
    this.#ready = true;
    this.send('ready', {});
  }

  /** Begins anew, from the session as it is now. */
  restart(): void {
    this.#end();
    if (this.isConnected) this.#begin();
  }

  /** Lets camera, worker and requests go, and takes the element out of the page. */
  async destroy(): Promise<void> {
    this.#end();
    this.remove();
    await this.updateComplete;
  }

  /** What another run would be made of. */
  #wanted(): string {
    const { sessionUrl, token, apiUrl, locale, messages } = this;
    return JSON.stringify([sessionUrl, token, apiUrl, locale, messages]);
  }

  #begin(): void {
    this.#begun = this.#wanted();
    try {
      const settings = readSettings(given(this), (message) => console.warn(`<${this.localName}> ${message}`));
      this.#ready = false;
      this.#signatureId = null;
      this.#run = new Run(this, settings);
    } catch (error) {
      const failure = asFailure(error);
      console.error(`<${this.localName}> ${failure.message}`);
      this.send('error', failure);
      void this.#explain(failure);
    }
  }

  /** Nobody is left before an empty box. */
  async #explain({ code }: CaptureFailure): Promise<void> {
    const begun = this.#begun;
    // Without any texts the console and the event have to do.
    const words = await loadWords(this.tag).catch(() => null);
    if (!words || this.#begun !== begun) return;
    this.setting = { words, look: new Look({}, isPhone()) };
    await this.show({ name: 'notice', notice: { title: 'unknown_title', text: 'unknown_text', code } });
  }

  /** The tag of the language that is wished for. */
  get tag(): string {
    const around = this.closest('[lang]')?.getAttribute('lang');
    return this.locale ?? (around || browserLanguage());
  }

  #end(): void {
    this.#run?.end();
    this.#run = null;
    this.#begun = null;
    this.page = { name: 'loading', share: null };
  }

  /** Told by the journey. @internal */
  hear<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    this.#handlers[name]?.(detail);
  }

  #judged({ state, result, triesLeft, next }: StatusView): void {
    if (state === 'open' || state === 'judging') return;
    const over = state !== 'retry';
    const judged = { passed: state === 'succeeded', code: result?.code ?? null, score: result?.score ?? null };
    this.send('complete', { ...judged, over, triesLeft, next });
  }

  #failed(failure: CaptureFailure): void {
    if (failure.code === 'permission_denied') this.send('permission', { state: 'denied' });
    logFailure(`<${this.localName}>`, failure);
    if (UNSUPPORTED.includes(failure.code)) this.send('unsupported', failure);
    this.send('error', failure);
  }

  /** Dispatches an event that bubbles, out of shadow trees too. */
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
