// Follows whether the person can see the camera's picture: nobody is captured without seeing it.

import { sleep } from '../lib/waits.js';

const INTERVAL_MS = 200;

const hasSize = ({ clientWidth, clientHeight }: HTMLVideoElement) => clientWidth > 0 && clientHeight > 0;

/** Resolves when the video is visible, which its page may have prevented, or when `signal` aborts. */
export async function untilVisible(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  // Not every browser has checkVisibility; the size covers most cases. No event reports a style change, hence the poll.
  const isVisible = () => hasSize(video) && video.checkVisibility?.({ visibilityProperty: true }) !== false;
  while (!isVisible() && !signal.aborted) await sleep(INTERVAL_MS, signal);
}

/** Reports whether a video that shows the camera is visible: it has a size and plays. */
export class VideoVisibility {
  readonly #end = new AbortController();
  readonly #sizes: ResizeObserver;

  /** `onPause`: something paused the video. */
  constructor(video: HTMLVideoElement, onChange: (isVisible: boolean) => void, onPause: () => void) {
    const report = () => onChange(hasSize(video) && !video.paused);
    const { signal } = this.#end;
    for (const name of ['play', 'playing', 'pause']) video.addEventListener(name, report, { signal });
    video.addEventListener('pause', onPause, { signal });
    this.#sizes = new ResizeObserver(report);
    this.#sizes.observe(video);
  }

  end(): void {
    this.#end.abort();
    this.#sizes.disconnect();
  }
}
