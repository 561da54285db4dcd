// Measures how the camera's frames arrive: their times and sizes, and whether any repeats. Camera noise never repeats;
// a frozen picture, a looped video and a rendered picture have none.

import type { StreamFacts } from '../api/openapi.js';

/** The sampled square in the middle, and the tiles in it, px: cheap to copy, and where the face is. */
const SIDE = 64;
const TILE = 8;
/** One minute at 30 frames a second; later frames are ignored. */
const MAX_FRAMES = 1_800;
/** Sampling stops after this many copies that block the page for longer than this, ms: the capture needs the time. */
const SLOW_COPY_MS = 3;
const MAX_SLOW_COPIES = 3;

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** FNV-1a, 32 bits. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Whether a tile is equal in both; mostly the first sample differs. */
function isTileEqual(one: Uint8Array, other: Uint8Array, start: number, bytesOfRow: number): boolean {
  for (let row = start; row < start + TILE * bytesOfRow; row += bytesOfRow) {
    for (let at = row; at < row + TILE; at++) if (one[at] !== other[at]) return false;
  }
  return true;
}

/** The share of tiles that are equal in both, of the first plane: `SIDE` rows. */
function equalShare(one: Uint8Array, other: Uint8Array): number {
  const bytesOfRow = Math.floor(one.length / SIDE / SIDE) * SIDE;
  let [equal, all] = [0, 0];
  for (let top = 0; top < SIDE; top += TILE) {
    for (let left = 0; left < bytesOfRow; left += TILE) {
      if (isTileEqual(one, other, top * bytesOfRow + left, bytesOfRow)) equal++;
      all++;
    }
  }
  return equal / all;
}

/** Samples the frames of a video until `end` is called. */
export class StreamStatistics {
  readonly #video: HTMLVideoElement;
  readonly #times: number[] = [];
  readonly #sizes = new Set<string>();
  readonly #hashes = new Set<number>();
  readonly #equalShares: number[] = [];
  #last: Uint8Array | null = null;
  #lastHash = 0;
  #frames = 0;
  #equal = 0;
  #recurring = 0;
  #isBusy = false;
  #slowCopies = 0;
  #handle = 0;
  #clock: 'captureTime' | 'presentationTime' | null = null;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.#requestFrame();
  }

  /** Stops sampling and returns the facts. */
  end(): StreamFacts {
    this.#video.cancelVideoFrameCallback?.(this.#handle);
    this.#isBusy = true;
    // A clock may be set back, and the service rejects negative times: that must not cost anybody the upload.
    const intervals = this.#times.slice(1).map((time, index) => Math.abs(time - (this.#times[index] ?? time)));
    const intervalMs = median(intervals);
    return {
      frames: this.#frames,
      intervalMs,
      jitterMs: median(intervals.map((interval) => Math.abs(interval - intervalMs))),
      sizes: this.#sizes.size,
      equal: this.#equal,
      recurring: this.#recurring,
      quiet: median(this.#equalShares),
    };
  }

  #requestFrame(): void {
    // Not every browser supports this; the facts are then empty.
    this.#handle =
      this.#video.requestVideoFrameCallback?.((_, metadata) => {
        const { width, height } = metadata;
        // Always use the same time: camera and screen have different clocks.
        this.#clock ??= metadata.captureTime === undefined ? 'presentationTime' : 'captureTime';
        const time = metadata[this.#clock];
        if (time !== undefined) this.#times.push(time);
        this.#sizes.add([width, height].sort((a, b) => a - b).join());
        if (!this.#isBusy) void this.#sample(width, height);
        if (this.#times.length < MAX_FRAMES) this.#requestFrame();
      }) ?? 0;
  }

  /** Copies the square from the frame's memory; a canvas would convert the whole picture. */
  async #sample(width: number, height: number): Promise<void> {
    if (typeof VideoFrame === 'undefined' || Math.min(width, height) < SIDE) return;
    this.#isBusy = true;
    try {
      const start = performance.now();
      const frame = new VideoFrame(this.#video);
      try {
        // Half-size planes require even positions.
        const middle = (size: number) => ((size - SIDE) >> 2) << 1;
        const { codedWidth, codedHeight } = frame;
        const rect = { x: middle(codedWidth), y: middle(codedHeight), width: SIDE, height: SIDE };
        const bytes = new Uint8Array(frame.allocationSize({ rect }));
        const copied = frame.copyTo(bytes, { rect });
        if (performance.now() - start > SLOW_COPY_MS) this.#slowCopies++;
        await copied;
        this.#compare(bytes);
      } finally {
        frame.close();
      }
      this.#isBusy = this.#slowCopies >= MAX_SLOW_COPIES;
    } catch {
      // Frames cannot be copied here: stay busy, so that none is tried again.
    }
  }

  #compare(bytes: Uint8Array): void {
    const hash = fnv1a(bytes);
    this.#frames++;
    if (this.#last && this.#lastHash === hash) {
      this.#equal++;
    } else {
      if (this.#hashes.has(hash)) this.#recurring++;
      if (this.#last?.length === bytes.length) this.#equalShares.push(equalShare(this.#last, bytes));
      this.#hashes.add(hash);
    }
    this.#last = bytes;
    this.#lastHash = hash;
  }
}
