// Asks for consent in a session of a study: nothing is captured before the person agrees.

import type { ServiceClient } from '../api/client.js';
import type { ConsentView, SessionView, StatusView } from '../api/openapi.js';
import type { JourneyView } from '../ui/view.js';
import { type OnProgress, retry } from './delivery.js';
import { acceptsAttempt } from './session-state.js';

interface ConsentContext {
  view: JourneyView;
  service: ServiceClient;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Waits for the person's answer; rejects with an `AbortError` if the page goes on without one. */
function ask({ view, signal }: ConsentContext, { text, person }: ConsentView): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('The page has gone on.', 'AbortError')));
    void view.show({ name: 'consent', text, person, answer: resolve });
  });
}

/**
 * Whether the journey may continue: always without a study, otherwise once the person has agreed. Asks unless there is
 * an answer already, and stores the answer in `session`.
 */
export async function obtainConsent(
  session: SessionView,
  status: StatusView,
  context: ConsentContext,
): Promise<boolean> {
  const { consent } = session;
  if (!consent) return true;
  if (consent.state === 'asked' && acceptsAttempt(status)) {
    const agrees = await ask(context, consent);
    const send = () => context.service.consent(consent.version, agrees);
    session.consent = await retry(send, context.onProgress, context.signal);
  }
  return session.consent?.state !== 'declined';
}
