// How the camera's pictures come: their times and sizes, and whether any of them comes again. A camera's noise is never
// the same; a picture that is frozen, a film that begins again and a drawn picture have none.

import type { StreamFacts } from '../api/openapi.js';

/** The square in the middle that is looked at, and the small ones in it, px: little to copy, and the face is there. */
const SIDE = 64;
const SMALL = 8;
/** A minute at 30 a second; what comes later is not looked at. */
const MOST = 1_800;
/** Where a look keeps the page for longer than this, ms, so many times, the capture needs the time more. */
const LONG = 3;
const MOST_LONG = 3;

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

/** Whether a small square is equal in both; mostly its first sample tells. */
function isEqual(one: Uint8Array, other: Uint8Array, start: number, bytesOfRow: number): boolean {
  for (let row = start; row < start + SMALL * bytesOfRow; row += bytesOfRow) {
    for (let at = row; at < row + SMALL; at++) if (one[at] !== other[at]) return false;
  }
  return true;
}

/** The share of small squares that are equal in both, of the first plane: `SIDE` rows. */
function equalShare(one: Uint8Array, other: Uint8Array): number {
  const bytesOfRow = Math.floor(one.length / SIDE / SIDE) * SIDE;
  let [equal, all] = [0, 0];
  for (let top = 0; top < SIDE; top += SMALL) {
    for (let left = 0; left < bytesOfRow; left += SMALL) {
      if (isEqual(one, other, top * bytesOfRow + left, bytesOfRow)) equal++;
      all++;
    }
  }
  return equal / all;
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
  #long = 0;
  #handle = 0;
  #kind: 'captureTime' | 'presentationTime' | null = null;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.#ask();
  }

  /** Ends, and tells what was seen. */
  end(): StreamFacts {
    this.#video.cancelVideoFrameCallback?.(this.#handle);
    this.#isBusy = true;
    // A clock may be set back, and the service takes no negative times: a sign is to cost nobody the upload.
    const intervals = this.#times.slice(1).map((time, index) => Math.abs(time - (this.#times[index] ?? time)));
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
        // One kind of time all along: those of the camera and of the screen are of two clocks.
        this.#kind ??= metadata.captureTime === undefined ? 'presentationTime' : 'captureTime';
        const time = metadata[this.#kind];
        if (time !== undefined) this.#times.push(time);
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
      const begun = performance.now();
      const frame = new VideoFrame(this.#video);
      try {
        // Planes of half the size begin at even places.
        const middle = (size: number) => ((size - SIDE) >> 2) << 1;
        const { codedWidth, codedHeight } = frame;
        const rect = { x: middle(codedWidth), y: middle(codedHeight), width: SIDE, height: SIDE };
        const bytes = new Uint8Array(frame.allocationSize({ rect }));
        const copied = frame.copyTo(bytes, { rect });
        if (performance.now() - begun > LONG) this.#long++;
        await copied;
        this.#note(bytes);
      } finally {
        frame.close();
      }
      this.#isBusy = this.#long >= MOST_LONG;
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
