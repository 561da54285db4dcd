// The element that shows the journey: one page at a time.

import { type CSSResultGroup, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { onVoices } from './accessibility.js';
import { announcer } from './announcer.js';
import { consentPage } from './consent-page.js';
import { handoffPage, numberPage, photoPage } from './handoff-pages.js';
import { cameraPage, loadingPage, noticePage, progressPage, resultPage, tipsPage } from './pages.js';
import type { Page, Screen, Setting } from './screen.js';
import { sheets } from './stylesheets.js';
import { paint } from './theme.js';

/** Knows no journey: it shows what it is told to. */
export class JourneyElement extends LitElement implements Screen {
  static override styles: CSSResultGroup = sheets;
  static override properties = { page: { state: true }, setting: { state: true } };

  declare page: Page;
  declare setting: Setting | null;
  readonly video = document.createElement('video');
  #announce: (text: string) => void = () => undefined;
  #gone = new AbortController();

  constructor() {
    super();
    this.page = { name: 'loading', share: null };
    this.setting = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#gone = new AbortController();
    onVoices(() => this.requestUpdate(), this.#gone.signal);
    this.ownerDocument.addEventListener('keydown', this.#onKey, { signal: this.#gone.signal });
  }

  /** Escape leaves the page that is left by a button, where the focus is on this element or nowhere. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const leave = wayBack(this.page);
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || !leave) return;
    const focused = this.ownerDocument.activeElement;
    const isElsewhere = focused && focused !== this.ownerDocument.body && !event.composedPath().includes(this);
    // An open list of cameras is closed by the same key.
    if (isElsewhere || event.composedPath()[0] instanceof HTMLSelectElement) return;
    event.preventDefault();
    leave();
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#gone.abort();
  }

  async show(page: Page): Promise<void> {
    const isNew = headingOf(page) !== headingOf(this.page);
    this.page = page;
    await this.updateComplete;
    this.shown(page);
    if (!isNew) return;
    // What was still to be said belongs to the page before. From the heading on, a screen reader reads this one.
    this.announce('');
    this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  /** Called whenever a page is there. */
  protected shown(_page: Page): void {}

  announce(text: string): void {
    this.#announce(text);
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    const region = this.renderRoot.querySelector('[aria-live]');
    if (region) this.#announce = announcer(region);
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.setting) paint(this.renderRoot, this.setting.look);
  }

  protected override render(): TemplateResult {
    return html`
      <slot name="header"></slot>
      <main lang=${this.setting?.words.language ?? nothing} dir=${this.setting?.words.direction ?? nothing}>
        ${this.setting ? this.#view(this.setting, this.page) : ''}
      </main>
      <slot name="footer"></slot>
      <p class="visually-hidden" aria-live="polite"></p>`;
  }

  #view(setting: Setting, page: Page): TemplateResult {
    switch (page.name) {
      case 'loading':
        return loadingPage(setting, page.share);
      case 'consent':
        return consentPage(setting, page);
      case 'tips':
        return tipsPage(setting, page);
      case 'camera':
        return cameraPage(setting, this.video, page);
      case 'progress':
        return progressPage(setting, page);
      case 'notice':
      case 'timeout':
        return noticePage(setting, page.notice);
      case 'result':
        return resultPage(setting, page.outcome);
      case 'handoff':
        return handoffPage(setting, page.link);
      case 'number':
        return numberPage(setting, page.number);
      case 'photo':
        return photoPage(setting, page);
    }
  }
}

/** What its button "Cancel", or the one that leads back, does; null where there is none. */
function wayBack(page: Page): (() => void) | null {
  if (page.name === 'camera') return page.cancel;
  if (page.name === 'photo') return page.back;
  if (page.name === 'progress') return page.actions.find(({ label }) => label === 'cancel')?.act ?? null;
  // Two numbers are compared, or not: nothing leads back from there.
  return page.name === 'handoff' && page.link.stage !== 'compare' ? page.link.back : null;
}

/** What makes it another page than the one before: its kind, and for some their state. */
function headingOf(page: Page): string {
  if (page.name === 'handoff') return `handoff ${page.link.stage}`;
  return page.name === 'photo' ? `photo ${page.stage} ${page.refused}` : page.name;
}
