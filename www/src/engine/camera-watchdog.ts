// Watches whether the camera that a video shows keeps sending pictures.

import { FrameTimeouts } from './frame-timeouts.js';

const INTERVAL_MS = 250;

/** Watches from the moment the camera is granted; reports one failure and stops. */
export class CameraWatchdog {
  readonly #video: HTMLVideoElement;
  readonly #timer: ReturnType<typeof setInterval>;
  #handle = 0;
  /** Pictures counted by frame callbacks. */
  #shown = 0;

  /** `isHeld`: whether the video is not visible now. */
  constructor(video: HTMLVideoElement, isHeld: () => boolean, onFailure: (state: 'silent' | 'frozen') => void) {
    this.#video = video;
    const timeouts = new FrameTimeouts(performance.now());
    this.#timer = setInterval(() => {
      const state = timeouts.observe({
        now: performance.now(),
        hasPicture: video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0,
        // Callbacks pause while the page is not rendered, as in a frame that is scrolled away; the count continues.
        pictures: this.#shown + (video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0),
        isHidden: document.hidden || isHeld() || video.paused,
        isMuted: video.srcObject instanceof MediaStream && video.srcObject.getVideoTracks().some(({ muted }) => muted),
      });
      if (state === 'ok') return;
      this.end();
      onFailure(state);
    }, INTERVAL_MS);
    this.#requestFrame();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#video.cancelVideoFrameCallback?.(this.#handle);
  }

  #requestFrame(): void {
    // Not every browser supports this.
    this.#handle =
      this.#video.requestVideoFrameCallback?.(() => {
        this.#shown += 1;
        this.#requestFrame();
      }) ?? 0;
  }
}
