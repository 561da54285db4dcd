/** The least time between two announcements, ms: a screen reader needs it to finish a sentence. */
const CALM_MS = 2_000;

/**
 * Puts texts into a live region, never faster than can be listened to; the last one always gets through. An empty text
 * takes what stands there away at once: it belongs to a page that is gone.
 */
export function announcer(region: Element): (text: string) => void {
  let waiting: string | undefined;
  let rests = false;
  const rest = (ms: number) => {
    rests = true;
    setTimeout(put, ms);
  };
  function put() {
    rests = false;
    if (waiting === undefined) return;
    region.textContent = waiting;
    waiting = undefined;
    rest(CALM_MS);
  }
  return (text) => {
    if (text === '') {
      waiting = undefined;
      region.textContent = '';
      return;
    }
    waiting = text;
    if (!rests) rest(0);
  };
}
