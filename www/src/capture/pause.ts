// The button that pauses a capture, for people who want more time.

import type { CameraPage } from './camera-page.js';

/** The parts of the camera page that a pause needs. */
type PausePage = Pick<CameraPage, 'i18n' | 'announce' | 'offerPause' | 'showSilently' | 'restoreLine'>;

export class Pause {
  readonly #page: PausePage;
  readonly #onChange: (isPaused: boolean) => void;
  #isPaused = false;
  #continued: () => void = () => undefined;

  constructor(page: PausePage, onChange: (isPaused: boolean) => void) {
    this.#page = page;
    this.#onChange = onChange;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Shows the button. */
  offer(): void {
    this.#page.offerPause({ isPaused: this.#isPaused, toggle: () => this.#toggle() });
  }

  #toggle(): void {
    this.#set(!this.#isPaused);
    if (this.#isPaused) {
      const text = this.#page.i18n.format('paused_by_you');
      this.#page.showSilently(text);
      this.#page.announce(text);
    } else this.#page.restoreLine();
    this.offer();
  }

  #set(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) this.#continued();
    this.#onChange(isPaused);
  }

  /** Ends a pause and hides the button. */
  end(): void {
    if (this.#isPaused) this.#set(false);
    this.#page.offerPause(null);
  }

  /** Resolves when there is no pause, or when `signal` aborts. */
  async untilContinued(signal: AbortSignal): Promise<void> {
    if (!this.#isPaused || signal.aborted) return;
    await new Promise<void>((done) => {
      this.#continued = done;
      signal.addEventListener('abort', () => done());
    });
  }
}
