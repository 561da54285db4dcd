// Looks whether the camera that a video shows still sends pictures.

import { FramePatience } from './frame-patience.js';

const EVERY_MS = 250;

/** Watches from the moment that the camera is granted; what is wrong is told once. */
export class CameraWatch {
  readonly #video: HTMLVideoElement;
  readonly #timer: ReturnType<typeof setInterval>;
  #handle = 0;
  /** Pictures that were told of by callbacks. */
  #shown = 0;

  /** `isHeld`: whether nobody can see the video now. */
  constructor(video: HTMLVideoElement, isHeld: () => boolean, onTrouble: (what: 'silent' | 'frozen') => void) {
    this.#video = video;
    const patience = new FramePatience(performance.now());
    this.#timer = setInterval(() => {
      const state = patience.see({
        now: performance.now(),
        hasPicture: video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0,
        // Callbacks stay away where the page is not drawn, as in a frame that is scrolled away; the count goes on.
        pictures: this.#shown + (video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0),
        isHidden: document.hidden || isHeld() || video.paused,
        isMuted: video.srcObject instanceof MediaStream && video.srcObject.getVideoTracks().some(({ muted }) => muted),
      });
      if (state === 'well') return;
      this.end();
      onTrouble(state);
    }, EVERY_MS);
    this.#ask();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#video.cancelVideoFrameCallback?.(this.#handle);
  }

  #ask(): void {
    // Not in every browser.
    this.#handle =
      this.#video.requestVideoFrameCallback?.(() => {
        this.#shown += 1;
        this.#ask();
      }) ?? 0;
  }
}
