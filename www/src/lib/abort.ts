// Waits that can be ended, and signals that fire with others.

/** A signal, and what fires it and lets go of all that it waited for. */
export interface Ending {
  signal: AbortSignal;
  end: () => void;
}

/** A signal that fires with `whole` or after `ms`, if there are such. Many phones have no AbortSignal.any. */
export function linked(whole: AbortSignal | null, ms?: number): Ending {
  const ended = new AbortController();
  const { signal } = ended;
  const end = () => ended.abort();
  if (ms !== undefined) {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }
  whole?.addEventListener('abort', end, { signal });
  if (whole?.aborted) end();
  return { signal, end };
}

/** Waits for a signal. */
export function fired(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done());
  });
}

/** Waits so long, or until `signal` ends it. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> => fired(linked(signal, ms).signal);

/** A signal for one wait: it fires when the network or the page is back, when `end` is called, or when `whole` ends. */
export function woken(whole: AbortSignal): Ending {
  const { signal, end } = linked(whole);
  addEventListener('online', end, { signal });
  // A page that comes back from the browser's memory, and one that is looked at again.
  addEventListener('pageshow', end, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && end(), { signal });
  return { signal, end };
}
