// Whether a camera that is on sends pictures: how long a first one, and each next one, may keep people waiting. Pure:
// the clock is the caller's.

/** What is seen of a camera at one moment. */
export interface Glimpse {
  /** Any clock that never goes back, ms. */
  now: number;
  /** Whether there is a picture at all. */
  hasPicture: boolean;
  /** A count that grows with every new picture; 0 as long as this browser does not count. */
  pictures: number;
  /** Nobody can see it now, and browsers may save the work. */
  isHidden: boolean;
  /** The device says that the camera sends nothing for now, as during a call. */
  isMuted: boolean;
}

/** A camera that is granted has sent nothing for this long, ms: it sends nothing. */
const FIRST_PICTURE = 10_000;
/** A camera that sent pictures sends none for this long, ms: it is stuck. */
const NEXT_PICTURE = 3_000;
/** Who comes no sooner than after this, ms, was asleep: nothing follows from what did not happen meanwhile. */
const SLEEP = 2_000;

export class FramePatience {
  /** Since when something is waited for. */
  #since: number;
  #last: number;
  #pictures = 0;

  constructor(now: number) {
    this.#since = now;
    this.#last = now;
  }

  /** To be told several times a second. `silent`: there was never a picture; `frozen`: there are none any more. */
  see({ now, hasPicture, pictures, isHidden, isMuted }: Glimpse): 'well' | 'silent' | 'frozen' {
    const gap = now - this.#last;
    this.#last = now;
    if (gap > SLEEP) this.#since += gap;
    if (!hasPicture) {
      if (isHidden) this.#since = now;
      return now - this.#since >= FIRST_PICTURE ? 'silent' : 'well';
    }
    // From the first picture on, its wait begins anew; where nobody counts them, there is nothing to conclude.
    if (pictures !== this.#pictures || pictures === 0 || isHidden || isMuted) {
      this.#pictures = pictures;
      this.#since = now;
    }
    return now - this.#since >= NEXT_PICTURE ? 'frozen' : 'well';
  }
}
