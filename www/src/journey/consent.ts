// The consent that a capture of a study begins with: nothing is captured before the person agrees.

import { html, type TemplateResult } from 'lit';
import { persistently, type Tell } from './delivery.js';
import type { ConsentView, SessionView, StatusView } from './openapi.js';
import type { Screen, Setting } from './screen.js';
import type { Service } from './service.js';

/** The text that is agreed to, and what is done with the answer. */
export interface ConsentParts {
  /** The operator's own text, plain; in whatever language it is. */
  text: string;
  /** The person's code. */
  person: string;
  answer: (agrees: boolean) => void;
}

/** What there is besides the screen. */
interface Means {
  screen: Screen;
  service: Service;
  tell: Tell;
  signal: AbortSignal;
}

/** The paragraphs of a plain text: what empty lines divide. */
export function paragraphs(text: string): string[] {
  const parts = text.replaceAll('\r\n', '\n').split(/\n[ \t]*\n/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

export function consentPage({ words }: Setting, { text, person, answer }: ConsentParts): TemplateResult {
  return html`
    <section class="page" part="consent">
      <h1 tabindex="-1">${words.text('consent_title')}</h1>
      ${paragraphs(text).map((part) => html`<p class="lines" dir="auto">${part}</p>`)}
      <p class="note">${words.text('consent_code', { code: person })}</p>
      <div class="actions">
        <button part="button agree" @click=${() => answer(true)}>${words.text('consent_agree')}</button>
        <button class="quiet" part="button decline" @click=${() => answer(false)}>${words.text('consent_decline')}</button>
      </div>
    </section>`;
}

/** The person's answer; an `AbortError` where the page goes on without one. */
function ask({ screen, signal }: Means, { text, person }: ConsentView): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('The page has gone on.', 'AbortError')));
    void screen.show({ name: 'consent', text, person, answer: resolve });
  });
}

/**
 * Whether the journey may go on: in a session of a study, once the person has agreed. Asks them where they have not
 * answered yet; the answer is kept in `session`.
 */
export async function consents(session: SessionView, { state }: StatusView, means: Means): Promise<boolean> {
  const { consent } = session;
  if (!consent) return true;
  if (consent.state === 'asked' && (state === 'open' || state === 'retry')) {
    const agrees = await ask(means, consent);
    const send = () => means.service.consent(consent.version, agrees);
    session.consent = await persistently(send, means.tell, means.signal);
  }
  return session.consent?.state !== 'declined';
}
