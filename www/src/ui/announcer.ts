// Announces texts in a live region at a pace that screen readers can follow.

/** The shortest time between two announcements, ms: a screen reader needs it to finish a sentence. */
const MIN_INTERVAL_MS = 2_000;

/**
 * Returns a function that writes texts to a live region, one per interval; the last text is never dropped. An empty
 * text clears the region at once, because what it holds belongs to a page that is gone.
 */
export function announcer(region: Element): (text: string) => void {
  let pending: string | undefined;
  let isWaiting = false;
  const wait = (ms: number) => {
    isWaiting = true;
    setTimeout(flush, ms);
  };
  function flush() {
    isWaiting = false;
    if (pending === undefined) return;
    region.textContent = pending;
    pending = undefined;
    wait(MIN_INTERVAL_MS);
  }
  return (text) => {
    if (text === '') {
      pending = undefined;
      region.textContent = '';
      return;
    }
    pending = text;
    if (!isWaiting) wait(0);
  };
}
