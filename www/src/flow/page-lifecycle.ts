// Follows whether the page is shown. Browsers keep a page in the back/forward cache and restore it as it was.

export class PageLifecycle {
  /** Resolves when the page is shown: at once, or when it is restored. */
  shown: Promise<void> = Promise.resolve();
  #restore: () => void = () => undefined;

  /** `onLeave` stops what must not run on a page that was left. Uploads continue for as long as the browser allows. */
  constructor(onLeave: () => void, signal: AbortSignal) {
    addEventListener(
      'pagehide',
      () => {
        this.shown = new Promise((restored) => {
          this.#restore = restored;
        });
        onLeave();
      },
      { signal },
    );
    // Some browsers also send this event for a page that was just loaded.
    addEventListener('pageshow', () => this.#restore(), { signal });
  }
}
