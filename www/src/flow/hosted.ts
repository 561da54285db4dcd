// The hosted page: the journey of the session that the address names.

import { supportsAdoptingStyleSheets } from 'lit';
import { Service } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import type { CaptureOptions } from '../engine/capture.js';
import { type CaptureFailure, logFailure } from '../engine/errors.js';
import type { Glue } from '../engine/loader.js';
import { readOptions } from '../engine/url-options.js';
import { browserLanguage } from '../lib/browser.js';
import { storage } from '../lib/storage.js';
import { JourneyElement } from '../ui/element.js';
import type { Host, JourneyEvents, Manners } from '../ui/host.js';
import type { Page, Setting } from '../ui/screen.js';
import { entry, hideSecrets, linkOf, type Secrets, secretsOf } from './address.js';
import { Journey } from './journey.js';
import { leave } from './leave.js';

/** The options of the address; none at all where one makes no sense, for the person can do nothing about it. */
function optionsOf({ searchParams }: URL): CaptureOptions {
  try {
    return readOptions(searchParams).options;
  } catch (error) {
    console.warn(`The options in the address are passed over. ${(error as Error).message}`);
    return {};
  }
}

class HostedPage implements Host {
  readonly manners: Manners;
  readonly service: Service;
  readonly link: string | null;
  readonly locale: string;
  readonly #secrets: Secrets;

  constructor(address: URL) {
    this.#secrets = secretsOf(address, entry);
    this.service = new Service(new URL('.', address), this.#secrets.token);
    this.link = this.#secrets.link;
    this.locale = address.searchParams.get('language') ?? browserLanguage();
    this.manners = {
      startScreen: true,
      resultScreen: true,
      maxAttempts: Number.POSITIVE_INFINITY,
      crossDevice: true,
      fillsScreen: true,
      messages: {},
      options: optionsOf(address),
    };
  }

  dress({ words, look }: Setting): void {
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
    document.title = look.title(words.text('title'));
  }

  /** Every event is a DOM event, so that whoever embeds or tests the page can follow it. */
  tell<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    if (name === 'opened') hideSecrets(this.#secrets, (detail as JourneyEvents['opened']).signatureId);
    if (name === 'error') logFailure('nearfar', detail as CaptureFailure);
    document.dispatchEvent(new CustomEvent(`nearfar:${name}`, { detail }));
  }

  leave(module: Glue | null, session: SessionView, status: StatusView): boolean {
    return leave(module, session, status);
  }

  reload(): void {
    location.reload();
  }
}

class HostedElement extends JourneyElement {
  /** The page's policy allows no style element, and so without constructable style sheets there is a file. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    if (supportsAdoptingStyleSheets) return super.createRenderRoot();
    const root = this.attachShadow({ mode: 'open' });
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../ui/stylesheets.ts?css', import.meta.url).href;
    root.append(link);
    return root;
  }

  protected override shown({ name }: Page): void {
    document.dispatchEvent(new CustomEvent('nearfar:page', { detail: { page: name } }));
  }
}

storage.add(entry);
customElements.define('nearfar-journey', HostedElement);
const element = document.createElement('nearfar-journey') as HostedElement;
document.body.append(element);
const journey = new Journey(element, new HostedPage(new URL(location.href)));
// The same link once more in this tab changes the fragment alone, and makes a new entry in the history.
addEventListener('hashchange', () => {
  if (linkOf(new URL(location.href)) === null) return;
  storage.keep();
  location.reload();
});
void journey.open();
