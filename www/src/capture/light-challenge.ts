// The light challenge: colours around the oval, and a picture of the face in the light of each. The capture is whole
// before it begins: whatever happens here, nothing of that is lost.

import type { LightChallenge, LightColor, LightOutcome, ShownLight } from '../api/openapi.js';
import { now } from '../engine/clock.js';
import { linked, sleep } from '../lib/abort.js';
import { isWished } from '../ui/accessibility.js';

/** A small picture of the face in a colour's light. */
export interface LitFrame {
  jpeg: Uint8Array<ArrayBuffer>;
  /** Unix ms, on the clock of the capture. */
  time: number;
  phase: 'light';
  code: LightColor;
}

/** What came of it. */
export interface Lit {
  outcome: LightOutcome;
  /** On the clock of the capture. */
  shown: ShownLight[];
  frames: LitFrame[];
}

/** What it needs of the screen. */
export interface Lamp {
  /** Lights up; null: not any more. */
  light(color: string | null): void;
  progress(fraction: number): void;
}

/** Where the person sees it. */
export interface Stage {
  video: HTMLVideoElement;
  /** The camera; null where it is gone. */
  stream: MediaStream | null;
  lamp: Lamp;
  /** Lets the person leave it out; null: no longer. */
  offerSkip(skip: (() => void) | null): Promise<void>;
  /** Tells of the colours before they come. */
  foretell(): void;
  begin(): void;
}

/** No faster, whatever the service asks for: at most three changes in a second, WCAG 2.3.1 allows three flashes. */
const LEAST_HOLD_MS = 400;
const MOST_COLORS = 16;
const LONGEST_SIDE = 320;
const QUALITY = 0.85;

/** How long the page tells of the colours before they come: there has to be time to leave them out. */
const BEFORE_MS = 2_500;
const PLAY_PATIENCE_MS = 3_000;

/** Nothing was shown. */
const SKIPPED: Lit = { outcome: 'skipped', shown: [], frames: [] };

/** Whether the device was told to move little. */
export const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether the person wants no coloured light: said here, or to the device. */
export const isUnwanted = () => isWished('calm') || isStill();

/** Draws what the video shows now; it is encoded later. */
function draw(video: HTMLVideoElement): HTMLCanvasElement | null {
  const { videoWidth: width, videoHeight: height } = video;
  const context = document.createElement('canvas').getContext('2d');
  if (!context || width === 0 || height === 0) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const { canvas } = context;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function encode(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  if (!blob) throw new Error('a picture could not be encoded');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Shows one colour after the other. Ends early with `signal`, and when the page is out of sight. */
export async function shine(
  { colors, holdMs }: LightChallenge,
  video: HTMLVideoElement,
  lamp: Lamp,
  signal: AbortSignal,
): Promise<Lit> {
  const hold = Math.max(holdMs, LEAST_HOLD_MS);
  const asked = colors.slice(0, MOST_COLORS).filter((color) => /^#[0-9a-f]{6}$/.test(color));
  const shown: ShownLight[] = [];
  const drawn: { canvas: HTMLCanvasElement; time: number; code: LightColor }[] = [];
  for (const color of asked) {
    const from = now();
    lamp.light(color);
    await sleep(hold, signal);
    if (signal.aborted || document.hidden) break;
    // At its end: camera and screen have needed their time.
    const canvas = draw(video);
    if (!canvas) break;
    const until = now();
    drawn.push({ canvas, time: until, code: color });
    shown.push({ color, from, until });
    lamp.progress(shown.length / asked.length);
  }
  lamp.light(null);
  // Nobody waits for what was left out or cancelled.
  if (signal.aborted) return { outcome: 'incomplete', shown, frames: [] };
  const encoded = drawn.map(async ({ canvas, time, code }): Promise<LitFrame> => {
    return { jpeg: await encode(canvas), time, phase: 'light', code };
  });
  const outcome = asked.length > 0 && shown.length === colors.length ? 'shown' : 'incomplete';
  return { outcome, shown, frames: await Promise.all(encoded) };
}

/**
 * The light challenge, from its notice to its end; `whole` ends it at once. That it cannot be shown is told, and stops
 * nobody.
 */
export async function challenged(challenge: LightChallenge, stage: Stage, whole: AbortSignal): Promise<Lit> {
  if (isUnwanted()) return SKIPPED;
  const { video, stream, lamp } = stage;
  let isSkipped = false;
  const { signal, end } = linked(whole);
  const skip = () => {
    isSkipped = true;
    end();
  };
  const goOn = () => {
    if (signal.aborted) throw new DOMException('The colours were left out.', 'AbortError');
  };
  try {
    goOn();
    video.srcObject = stream;
    // A camera that is gone may never play: then no picture can be drawn, and it ends there.
    await Promise.race([video.play(), sleep(PLAY_PATIENCE_MS, signal)]);
    goOn();
    await stage.offerSkip(skip);
    lamp.progress(0);
    stage.foretell();
    await sleep(BEFORE_MS, signal);
    goOn();
    stage.begin();
    const lit = await shine(challenge, video, lamp, signal);
    return isSkipped ? { ...lit, outcome: 'skipped' } : lit;
  } catch {
    return { ...SKIPPED, outcome: isSkipped ? 'skipped' : 'incomplete' };
  } finally {
    end();
    lamp.light(null);
    if (video.srcObject === stream) video.srcObject = null;
    await stage.offerSkip(null);
  }
}
