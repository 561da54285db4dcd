// The hosted page: runs the journey of the session in its address.

import { supportsAdoptingStyleSheets } from 'lit';
import { ServiceClient } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import type { CaptureOptions } from '../engine/camera-capture.js';
import type { CaptureFailure } from '../engine/errors.js';
import { logFailure } from '../engine/failure-log.js';
import type { Glue } from '../engine/loader.js';
import { readOptions } from '../engine/url-options.js';
import { browserLanguage } from '../lib/browser.js';
import { storage } from '../lib/storage.js';
import { JourneyElement } from '../ui/element.js';
import type { Departure, Host, HostOptions, JourneyEvents } from '../ui/host.js';
import type { Page, PageContext } from '../ui/view.js';
import { handoffLinkOf, hideSecrets, historyEntry, type Secrets, secretsOf } from './address.js';
import { Journey } from './journey.js';
import { leave } from './leave.js';

/** The options in the address; none if one is invalid, because the person cannot fix it. */
function optionsOf({ searchParams }: URL): CaptureOptions {
  try {
    return readOptions(searchParams).options;
  } catch (error) {
    console.warn(`The options in the address are ignored. ${(error as Error).message}`);
    return {};
  }
}

class HostedPage implements Host {
  readonly options: HostOptions;
  readonly service: ServiceClient;
  readonly link: string | null;
  readonly locale: string;
  readonly #secrets: Secrets;

  constructor(address: URL) {
    this.#secrets = secretsOf(address, historyEntry);
    this.service = new ServiceClient(new URL('.', address), this.#secrets.token);
    this.link = this.#secrets.link;
    this.locale = address.searchParams.get('language') ?? browserLanguage();
    this.options = {
      startScreen: true,
      resultScreen: true,
      maxAttempts: Number.POSITIVE_INFINITY,
      crossDevice: true,
      fullscreen: true,
      privacyUrl: null,
      messages: {},
      capture: optionsOf(address),
    };
  }

  applyContext({ i18n, ui }: PageContext): void {
    document.documentElement.lang = i18n.language;
    document.documentElement.dir = i18n.direction;
    document.title = ui.title(i18n.format('title'));
  }

  /** Every event is also a DOM event, for pages that embed this one and for tests. */
  emit<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    if (name === 'opened') hideSecrets(this.#secrets, (detail as JourneyEvents['opened']).signatureId);
    if (name === 'error') void logFailure('nearfar', detail as CaptureFailure);
    document.dispatchEvent(new CustomEvent(`nearfar:${name}`, { detail }));
  }

  leave(module: Glue | null, session: SessionView, status: StatusView): Departure {
    return leave(module, session, status);
  }

  reload(): void {
    location.reload();
  }
}

class HostedElement extends JourneyElement {
  /** The page's policy allows no style element: without constructable style sheets the styles come from a file. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    if (supportsAdoptingStyleSheets) return super.createRenderRoot();
    const root = this.attachShadow({ mode: 'open' });
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../ui/styles/stylesheets.ts?css', import.meta.url).href;
    root.append(link);
    return root;
  }

  protected override pageShown({ name }: Page): void {
    document.dispatchEvent(new CustomEvent('nearfar:page', { detail: { page: name } }));
  }
}

storage.addBackend(historyEntry);
customElements.define('nearfar-journey', HostedElement);
const element = document.createElement('nearfar-journey') as HostedElement;
document.body.append(element);
const journey = new Journey(element, new HostedPage(new URL(location.href)));
// Opening another link in this tab changes only the fragment and adds a history entry.
addEventListener('hashchange', () => {
  if (handoffLinkOf(new URL(location.href)) === null) return;
  storage.rewrite();
  location.reload();
});
void journey.open();
