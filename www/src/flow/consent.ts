// The consent that a capture of a study begins with: nothing is captured before the person agrees.

import type { Service } from '../api/client.js';
import type { ConsentView, SessionView, StatusView } from '../api/openapi.js';
import type { Screen } from '../ui/screen.js';
import { persistently, type Tell } from './delivery.js';

/** What there is besides the screen. */
interface Means {
  screen: Screen;
  service: Service;
  tell: Tell;
  signal: AbortSignal;
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
