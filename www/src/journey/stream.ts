// How the camera's pictures come: their times and sizes, and whether any of them comes again. A camera's noise is never
// the same; a picture that is frozen, a film that begins again and a drawn picture have none.

/** What was seen; docs/SCORE.md has what it counts. */
export interface StreamFacts {
  /** How many were looked at. */
  frames: number;
  /** The median time from one to the next, ms. */
  intervalMs: number;
  /** The median of how far such times are from that, ms. */
  jitterMs: number;
  /** How many sizes they had; a device that is turned gives no other one. */
  sizes: number;
  /** How many were equal to the byte to the one before. */
  equal: number;
  /** How many were equal to the byte to an earlier one, others having come between. */
  recurring: number;
  /** The share of small squares equal to the byte to those before, 0 to 1: the median of all that were not equal. */
  quiet: number;
}

/** The square in the middle that is looked at, and the small ones in it, px: little to copy, and the face is there. */
const SIDE = 64;
const SMALL = 8;
/** A minute at 30 a second; what comes later is not looked at. */
const MOST = 1_800;

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** FNV-1a, 32 bits. */
function hashed(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The share of small squares that are equal in both, of the first plane: rows of `SIDE` samples. */
function equalShare(one: Uint8Array, other: Uint8Array): number {
  const bytesOfRow = Math.floor(one.length / SIDE / SIDE) * SIDE;
  const across = bytesOfRow / SMALL;
  const changed = new Set<number>();
  for (let at = 0; at < bytesOfRow * SIDE; at++) {
    const [row, column] = [Math.floor(at / bytesOfRow / SMALL), Math.floor((at % bytesOfRow) / SMALL)];
    if (one[at] !== other[at]) changed.add(row * across + column);
  }
  return 1 - changed.size / (across * (SIDE / SMALL));
}

/** Looks at what a video shows, until it is told to end. */
export class StreamWatch {
  readonly #video: HTMLVideoElement;
  readonly #times: number[] = [];
  readonly #sizes = new Set<string>();
  readonly #seen = new Set<number>();
  readonly #quiet: number[] = [];
  #last: Uint8Array | null = null;
  #lastHash = 0;
  #frames = 0;
  #equal = 0;
  #recurring = 0;
  #isBusy = false;
  #handle = 0;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.#ask();
  }

  /** Ends, and tells what was seen. */
  end(): StreamFacts {
    this.#video.cancelVideoFrameCallback?.(this.#handle);
    this.#isBusy = true;
    const intervals = this.#times.slice(1).map((time, index) => time - (this.#times[index] ?? time));
    const intervalMs = median(intervals);
    return {
      frames: this.#frames,
      intervalMs,
      jitterMs: median(intervals.map((interval) => Math.abs(interval - intervalMs))),
      sizes: this.#sizes.size,
      equal: this.#equal,
      recurring: this.#recurring,
      quiet: median(this.#quiet),
    };
  }

  #ask(): void {
    // Not in every browser; then nothing is told.
    this.#handle =
      this.#video.requestVideoFrameCallback?.((_, metadata) => {
        const { width, height } = metadata;
        this.#times.push(metadata.captureTime ?? metadata.presentationTime);
        this.#sizes.add([width, height].sort((a, b) => a - b).join());
        if (!this.#isBusy) void this.#look(width, height);
        if (this.#times.length < MOST) this.#ask();
      }) ?? 0;
  }

  /** Copies the square: of a frame's own memory, where a canvas would convert the whole picture. */
  async #look(width: number, height: number): Promise<void> {
    if (typeof VideoFrame === 'undefined' || Math.min(width, height) < SIDE) return;
    this.#isBusy = true;
    try {
      const frame = new VideoFrame(this.#video);
      try {
        // Planes of half the size begin at even places.
        const middle = (size: number) => ((size - SIDE) >> 2) << 1;
        const { codedWidth, codedHeight } = frame;
        const rect = { x: middle(codedWidth), y: middle(codedHeight), width: SIDE, height: SIDE };
        const bytes = new Uint8Array(frame.allocationSize({ rect }));
        await frame.copyTo(bytes, { rect });
        this.#note(bytes);
      } finally {
        frame.close();
      }
      this.#isBusy = false;
    } catch {
      // A frame that cannot be copied here: none can, and it stays busy.
    }
  }

  #note(bytes: Uint8Array): void {
    const hash = hashed(bytes);
    this.#frames++;
    if (this.#last && this.#lastHash === hash) {
      this.#equal++;
    } else {
      if (this.#seen.has(hash)) this.#recurring++;
      if (this.#last?.length === bytes.length) this.#quiet.push(equalShare(this.#last, bytes));
      this.#seen.add(hash);
    }
    this.#last = bytes;
    this.#lastHash = hash;
  }
}
