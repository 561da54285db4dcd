// The element that shows the pages of the journey, one at a time.

import { type CSSResultGroup, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { onVoicesChanged } from './accessibility.js';
import { announcer } from './announcer.js';
import { cameraPage } from './pages/camera.js';
import { consentPage } from './pages/consent.js';
import { handoffPage, numberPage } from './pages/handoff.js';
import { noticePage } from './pages/notice.js';
import { photoPage } from './pages/photo.js';
import { loadingPage, progressPage } from './pages/progress.js';
import { resultPage } from './pages/result.js';
import { tipsPage } from './pages/start.js';
import { styleSheets } from './styles/stylesheets.js';
import { applyTheme } from './theme.js';
import type { JourneyView, Page, PageContext } from './view.js';

/** Shows the page it is given; the journey decides which. */
export class JourneyElement extends LitElement implements JourneyView {
  static override styles: CSSResultGroup = styleSheets;
  static override properties = { page: { state: true }, context: { state: true } };

  declare page: Page;
  declare context: PageContext | null;
  readonly video = document.createElement('video');
  #announce: (text: string) => void = () => undefined;
  #disconnected = new AbortController();

  constructor() {
    super();
    this.page = { name: 'loading', share: null };
    this.context = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#disconnected = new AbortController();
    onVoicesChanged(() => this.requestUpdate(), this.#disconnected.signal);
    this.ownerDocument.addEventListener('keydown', this.#onKey, { signal: this.#disconnected.signal });
  }

  /** Escape acts as the page's cancel or back button if the focus is in this element or nowhere. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const leave = backAction(this.page);
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || !leave) return;
    const focused = this.ownerDocument.activeElement;
    const isElsewhere = focused && focused !== this.ownerDocument.body && !event.composedPath().includes(this);
    // Escape also closes an open list of cameras.
    if (isElsewhere || event.composedPath()[0] instanceof HTMLSelectElement) return;
    event.preventDefault();
    leave();
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#disconnected.abort();
  }

  async show(page: Page): Promise<void> {
    const isNew = pageKey(page) !== pageKey(this.page);
    this.page = page;
    await this.updateComplete;
    this.pageShown(page);
    if (!isNew) return;
    // Drop announcements of the page before. A screen reader reads the new page from its heading.
    this.announce('');
    this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  /** Called after a page was rendered. */
  protected pageShown(_page: Page): void {}

  announce(text: string): void {
    this.#announce(text);
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    const region = this.renderRoot.querySelector('[aria-live]');
    if (region) this.#announce = announcer(region);
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.context) applyTheme(this.renderRoot, this.context.ui);
  }

  protected override render(): TemplateResult {
    return html`
      <slot name="header"></slot>
      <main lang=${this.context?.i18n.language ?? nothing} dir=${this.context?.i18n.direction ?? nothing}>
        ${this.context ? this.#renderPage(this.context, this.page) : ''}
      </main>
      <slot name="footer"></slot>
      <p class="visually-hidden" aria-live="polite"></p>`;
  }

  #renderPage(context: PageContext, page: Page): TemplateResult {
    switch (page.name) {
      case 'loading':
        return loadingPage(context, page.share);
      case 'consent':
        return consentPage(context, page);
      case 'tips':
        return tipsPage(context, page);
      case 'camera':
        return cameraPage(context, this.video, page);
      case 'progress':
        return progressPage(context, page);
      case 'notice':
      case 'timeout':
        return noticePage(context, page.notice);
      case 'result':
        return resultPage(context, page.result);
      case 'handoff':
        return handoffPage(context, page.link);
      case 'number':
        return numberPage(context, page.number);
      case 'photo':
        return photoPage(context, page);
    }
  }
}

/** The action of the page's cancel or back button; null if it has none. */
function backAction(page: Page): (() => void) | null {
  if (page.name === 'camera') return page.cancel;
  if (page.name === 'photo') return page.back;
  if (page.name === 'progress') return page.actions.find(({ label }) => label === 'cancel')?.act ?? null;
  // The page that compares the numbers has no back button.
  return page.name === 'handoff' && page.link.stage !== 'compare' ? page.link.back : null;
}

/** Identifies a page by its name and, for some, its state: a change moves the focus to the heading. */
function pageKey(page: Page): string {
  if (page.name === 'handoff') return `handoff ${page.link.stage}`;
  if (page.name === 'tips') return `tips ${page.asideFirst}`;
  return page.name === 'photo' ? `photo ${page.stage} ${page.refused}` : page.name;
}
