// Waits that an abort signal ends.

import { type AbortHandle, linkedAbort } from './abort.js';

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done());
  });
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> => untilAborted(linkedAbort(signal, ms).signal);

/** A signal for one wait: it aborts when the network or the page comes back, on `abort()`, and with `parent`. */
export function abortOnWake(parent: AbortSignal): AbortHandle {
  const { signal, abort } = linkedAbort(parent);
  addEventListener('online', abort, { signal });
  // `pageshow`: the page was restored from the back/forward cache. `visibilitychange`: it is visible again.
  addEventListener('pageshow', abort, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && abort(), { signal });
  return { signal, abort };
}
