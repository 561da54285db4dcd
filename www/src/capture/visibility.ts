// Whether the person can see the camera's picture: nobody is captured unseen.

import { sleep } from '../lib/abort.js';

const EVERY_MS = 200;

const hasSize = ({ clientWidth, clientHeight }: HTMLVideoElement) => clientWidth > 0 && clientHeight > 0;

/** Waits until an element is shown that its page may have hidden, or until `signal` ends it. */
export async function untilShown(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  // Not in every browser; a size tells the most of it. No event tells of a style that changes.
  const isShown = () => hasSize(video) && video.checkVisibility?.({ visibilityProperty: true }) !== false;
  while (!isShown() && !signal.aborted) await sleep(EVERY_MS, signal);
}

/** Follows a video while it shows the camera, and tells whether it can be seen: it has a size, and it plays. */
export class Sight {
  readonly #end = new AbortController();
  readonly #sizes: ResizeObserver;

  /** `onPause`: something paused it. */
  constructor(video: HTMLVideoElement, onChange: (isSeen: boolean) => void, onPause: () => void) {
    const tell = () => onChange(hasSize(video) && !video.paused);
    const { signal } = this.#end;
    for (const name of ['play', 'playing', 'pause']) video.addEventListener(name, tell, { signal });
    video.addEventListener('pause', onPause, { signal });
    this.#sizes = new ResizeObserver(tell);
    this.#sizes.observe(video);
  }

  end(): void {
    this.#end.abort();
    this.#sizes.disconnect();
  }
}
