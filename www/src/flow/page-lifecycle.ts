// Whether the page is there. Browsers keep a page that was left in memory, and show it again as it was.

/** Follows one page. */
export class Presence {
  /** Resolves when the page is there: at once, or when it comes back. */
  here: Promise<void> = Promise.resolve();
  #back: () => void = () => undefined;

  /** `onLeave`: what must not go on while nobody is there. What is being sent goes on for as long as the browser lets it. */
  constructor(onLeave: () => void, signal: AbortSignal) {
    addEventListener(
      'pagehide',
      () => {
        this.here = new Promise((back) => {
          this.#back = back;
        });
        onLeave();
      },
      { signal },
    );
    // Also where the page was not kept, a browser may tell of the page that it has just loaded.
    addEventListener('pageshow', () => this.#back(), { signal });
  }
}
