// Abort signals that depend on another signal or on a timeout.

/** A signal and the function that aborts it, which also releases its timers and listeners. */
export interface AbortHandle {
  signal: AbortSignal;
  abort: () => void;
}

/** A signal that aborts with `parent` or after `ms`, where given. Many phones have no AbortSignal.any. */
export function linkedAbort(parent: AbortSignal | null, ms?: number): AbortHandle {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort();
  if (ms !== undefined) {
    const timer = setTimeout(abort, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }
  parent?.addEventListener('abort', abort, { signal });
  if (parent?.aborted) abort();
  return { signal, abort };
}
