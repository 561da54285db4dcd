// Detects a camera that sends no frames: time limits for the first frame and for each next one. Pure: the caller passes
// the time.

/** The state of a camera at one moment. */
export interface CameraObservation {
  /** Any monotonic clock, ms. */
  now: number;
  hasPicture: boolean;
  /** A count that grows with every new picture; 0 if this browser does not count. */
  pictures: number;
  /** The video is not visible, and the browser may save the work. */
  isHidden: boolean;
  /** The device reports that the camera is paused, for example during a call. */
  isMuted: boolean;
}

/** How long a granted camera may take to send its first picture, ms. */
const FIRST_FRAME_TIMEOUT_MS = 10_000;
/** How long a camera may take between two pictures, ms. */
const NEXT_FRAME_TIMEOUT_MS = 3_000;
/** A longer gap between two observations, ms, means that the device slept: the camera is not to blame. */
const SLEEP_GAP_MS = 2_000;

export class FrameTimeouts {
  /** The start of the current wait. */
  #since: number;
  #last: number;
  #pictures = 0;

  constructor(now: number) {
    this.#since = now;
    this.#last = now;
  }

  /** Call it several times a second. `silent`: there was never a picture; `frozen`: there are no more pictures. */
  observe({ now, hasPicture, pictures, isHidden, isMuted }: CameraObservation): 'ok' | 'silent' | 'frozen' {
    const gap = now - this.#last;
    this.#last = now;
    if (gap > SLEEP_GAP_MS) this.#since += gap;
    if (!hasPicture) {
      if (isHidden) this.#since = now;
      return now - this.#since >= FIRST_FRAME_TIMEOUT_MS ? 'silent' : 'ok';
    }
    // Each picture restarts the wait. A browser that does not count pictures allows no conclusion.
    if (pictures !== this.#pictures || pictures === 0 || isHidden || isMuted) {
      this.#pictures = pictures;
      this.#since = now;
    }
    return now - this.#since >= NEXT_FRAME_TIMEOUT_MS ? 'frozen' : 'ok';
  }
}
