/** The least time between two announcements, ms: a screen reader needs it to finish a sentence. */
const CALM_MS = 2_000;

/** Puts texts into a live region, never faster than can be listened to; the last one always gets through. */
export function announcer(region: Element): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(waiting);
    const put = () => {
      last = performance.now();
      region.textContent = text;
    };
    waiting = setTimeout(put, Math.max(0, last + CALM_MS - performance.now()));
  };
}
