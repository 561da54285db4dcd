// The light challenge: shows colours around the oval and takes a picture of the face in each. The capture is complete
// before it begins, so a failure here loses no pictures.

import type { LightChallenge, LightColor, LightOutcome, ShownLight } from '../api/openapi.js';
import { now } from '../engine/clock.js';
import { linkedAbort } from '../lib/abort.js';
import { sleep } from '../lib/waits.js';
import { isEnabled } from '../ui/accessibility.js';

/** A small picture of the face in the light of a colour. */
export interface LightFrame {
  jpeg: Uint8Array<ArrayBuffer>;
  /** Unix ms, on the capture's clock. */
  time: number;
  phase: 'light';
  code: LightColor;
}

export interface LightResult {
  outcome: LightOutcome;
  /** Times on the capture's clock. */
  shown: ShownLight[];
  frames: LightFrame[];
}

/** The person's page, as a light challenge sees it. */
export interface LightView {
  readonly video: HTMLVideoElement;
  /** Whether the person wants no coloured light. */
  isLightUnwanted(): boolean;
  /** Announces the colours before they appear. They wait for the promise, if there is one, or for `signal` to abort. */
  announceLight(signal: AbortSignal): Promise<void> | void;
  /** The colours begin. */
  beginLight(): void;
  /** Shows a colour; null for none. */
  showLight(color: string | null): void;
  /** The share of the colours that were shown, 0 to 1. */
  showLightProgress(fraction: number): void;
  /** Offers the person to skip the challenge; null withdraws the offer. */
  offerSkip(skip: (() => void) | null): Promise<void>;
}

/** The shortest time per colour, ms, whatever the service asks for: WCAG 2.3.1 allows three flashes a second. */
const MIN_HOLD_MS = 400;
const MAX_COLORS = 16;
const MAX_SIDE = 320;
const QUALITY = 0.85;

/** How long the announcement stays before the first colour, ms: the person needs time to skip. */
const NOTICE_MS = 2_500;
const PLAY_TIMEOUT_MS = 3_000;

const SKIPPED: LightResult = { outcome: 'skipped', shown: [], frames: [] };

export const prefersReducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether the person wants no coloured light, by the page's option or the device's setting. */
export const isLightUnwanted = () => isEnabled('calm') || prefersReducedMotion();

/** Draws the video's current frame, to be encoded later. */
function draw(video: HTMLVideoElement): HTMLCanvasElement | null {
  const { videoWidth: width, videoHeight: height } = video;
  const context = document.createElement('canvas').getContext('2d');
  if (!context || width === 0 || height === 0) return null;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
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

/** Shows the colours in turn. Ends early when `signal` aborts or the page is hidden. */
export async function showColors(
  { colors, holdMs }: LightChallenge,
  view: LightView,
  signal: AbortSignal,
): Promise<LightResult> {
  const hold = Math.max(holdMs, MIN_HOLD_MS);
  const valid = colors.slice(0, MAX_COLORS).filter((color) => /^#[0-9a-f]{6}$/.test(color));
  const shown: ShownLight[] = [];
  const drawn: { canvas: HTMLCanvasElement; time: number; code: LightColor }[] = [];
  for (const color of valid) {
    const from = now();
    view.showLight(color);
    await sleep(hold, signal);
    if (signal.aborted || document.hidden) break;
    // Draw at the end of the hold: screen and camera have a delay.
    const canvas = draw(view.video);
    if (!canvas) break;
    const until = now();
    drawn.push({ canvas, time: until, code: color });
    shown.push({ color, from, until });
    view.showLightProgress(shown.length / valid.length);
  }
  view.showLight(null);
  // Nobody waits for the pictures of a challenge that was skipped or cancelled.
  if (signal.aborted) return { outcome: 'incomplete', shown, frames: [] };
  const encoded = drawn.map(async ({ canvas, time, code }): Promise<LightFrame> => {
    return { jpeg: await encode(canvas), time, phase: 'light', code };
  });
  const outcome = valid.length > 0 && shown.length === colors.length ? 'shown' : 'incomplete';
  return { outcome, shown, frames: await Promise.all(encoded) };
}

/**
 * Runs the light challenge from its announcement on; `parent` ends it at once. If it cannot be shown, the result says
 * so and the capture continues. `stream`: the camera's, null if it has ended; `whole`: of the whole capture, after
 * which another one may use the page.
 */
export async function runLightChallenge(
  challenge: LightChallenge,
  view: LightView,
  stream: MediaStream | null,
  parent: AbortSignal,
  whole: AbortSignal,
): Promise<LightResult> {
  if (view.isLightUnwanted()) return SKIPPED;
  const { video } = view;
  let isSkipped = false;
  const { signal, abort } = linkedAbort(parent);
  const skip = () => {
    isSkipped = true;
    abort();
  };
  const throwIfAborted = () => {
    if (signal.aborted) throw new DOMException('The light challenge was ended.', 'AbortError');
  };
  try {
    throwIfAborted();
    video.srcObject = stream;
    // The video of a camera that is gone may never play: no picture can then be drawn, and the challenge ends.
    await Promise.race([video.play(), sleep(PLAY_TIMEOUT_MS, signal)]);
    throwIfAborted();
    await view.offerSkip(skip);
    view.showLightProgress(0);
    await Promise.all([view.announceLight(signal), sleep(NOTICE_MS, signal)]);
    throwIfAborted();
    view.beginLight();
    const result = await showColors(challenge, view, signal);
    return isSkipped ? { ...result, outcome: 'skipped' } : result;
  } catch {
    return { ...SKIPPED, outcome: isSkipped ? 'skipped' : 'incomplete' };
  } finally {
    abort();
    view.showLight(null);
    if (video.srcObject === stream) video.srcObject = null;
    if (!whole.aborted) await view.offerSkip(null);
  }
}
