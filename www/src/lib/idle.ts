// Work for which nobody waits.

/** The longest wait for an idle moment, ms. */
const LATEST_MS = 1_000;
/** The pause where the browser does not report idle moments, ms: Safari. */
const PAUSE_MS = 200;

/** Runs `work` once the browser has nothing else to do, or soon after. */
export function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work, PAUSE_MS);
}
