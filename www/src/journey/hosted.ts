// The hosted page: the journey of the session that the address names.

import type { Glue } from '../engine/loader.js';
import { readOptions } from '../options.js';
import { JourneyElement } from './element.js';
import type { Host, JourneyEvents, Manners } from './host.js';
import { Journey } from './journey.js';
import { leave } from './leave.js';
import type { Page, Setting } from './screen.js';
import { linkOf } from './second.js';
import { Service, type Session, type Status } from './service.js';

class HostedPage implements Host {
  readonly manners: Manners;
  readonly service: Service;
  readonly link: string | null;
  readonly locale: string;

  constructor(address: URL) {
    this.service = new Service(new URL('.', address), address.searchParams.get('token'));
    this.link = linkOf(address);
    this.locale = address.searchParams.get('language') ?? navigator.language;
    this.manners = {
      startScreen: true,
      resultScreen: true,
      maxAttempts: Number.POSITIVE_INFINITY,
      crossDevice: true,
      fillsScreen: true,
      messages: {},
      options: readOptions(address.searchParams).options,
    };
  }

  dress({ words, look }: Setting): void {
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
    document.title = look.title(words.text('title'));
  }

  /** Every event is a DOM event, so that whoever embeds or tests the page can follow it. */
  tell<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void {
    document.dispatchEvent(new CustomEvent(`nearfar:${name}`, { detail }));
  }

  leave(module: Glue | null, session: Session, status: Status): boolean {
    return leave(module, session, status);
  }

  reload(): void {
    location.reload();
  }
}

class HostedElement extends JourneyElement {
  protected override shown({ name }: Page): void {
    document.dispatchEvent(new CustomEvent('nearfar:page', { detail: { page: name } }));
  }
}

customElements.define('nearfar-journey', HostedElement);
const element = document.createElement('nearfar-journey') as HostedElement;
document.body.append(element);
const journey = new Journey(element, new HostedPage(new URL(location.href)));
addEventListener('pagehide', () => journey.end(), { once: true });
void journey.open();
