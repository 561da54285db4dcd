// The consent that a capture of a study begins with: nothing is captured before the person agrees.

import { persistently, type Tell } from './delivery.js';
import type { ConsentView, SessionView, StatusView } from './openapi.js';
import type { Screen } from './screen.js';
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
