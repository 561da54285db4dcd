// Simulates a person who follows the service's motion path: renders their video once the path is known.

import { FPS, renderScenario, SHAPES } from './generate.mjs';

/** Constants of src/guidance/target.rs: the oval around the face, its room, and the maximum shift of a path. */
const OVAL = { width: 1.16, height: 1.45 };
const ROOM = 0.96;
const MAX_SHIFT = 0.15;

/** Frames of a held position, which repeat, and frames of a move between two positions. */
const HOLD_FRAMES = 6;
const MOVE_FRAMES = 30;

/** The scenario layer for a position of a path. Its values are shares of the video's short side. */
export function layerAt({ size, x, y }, shape = 'portrait') {
  const [width, height] = SHAPES[shape];
  const short = Math.min(width, height);
  // The detector's box of the man is slightly larger than PHOTOS assumes when he is far, and smaller when near.
  const drawn = size * (0.95 + 0.15 * (size - 0.25));
  const room = (side, oval) => Math.min(Math.max((ROOM * (side / short) - oval * size) / 2, 0), MAX_SHIFT);
  return { photo: 'man', size: drawn, x: x * room(width, OVAL.width), y: y * room(height, OVAL.height) };
}

/** The scenario of a person on the path: frames of each position, then of the move to the next. */
function scenarioOf({ far, stops, near }) {
  const layers = [far, ...stops, near].map((position) => layerAt(position));
  const last = layers.length - 1;
  const at = (t) => {
    const frame = Math.round(t * FPS);
    const step = Math.min(Math.floor(frame / (HOLD_FRAMES + MOVE_FRAMES)), last);
    const [from, to] = [layers[step], layers[Math.min(step + 1, last)]];
    const part = Math.max((frame - step * (HOLD_FRAMES + MOVE_FRAMES) - HOLD_FRAMES) / MOVE_FRAMES, 0);
    const mix = (name) => from[name] + (to[name] - from[name]) * part;
    return [{ ...from, size: from.size * (to.size / from.size) ** part, x: mix('x'), y: mix('y') }];
  };
  return { seconds: (last * (HOLD_FRAMES + MOVE_FRAMES) + HOLD_FRAMES) / FPS, at };
}

/**
 * Runs in the page: plays the video as the camera, and holds each position until the oval has moved on. Self-contained,
 * since it is sent to the page as text.
 */
function playMotionPath({ url, fps, width, height, hold, move }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  let playing;
  const oval = () => {
    const root = document.querySelector('nearfar-journey')?.renderRoot;
    return Number(root?.querySelector('.oval')?.getAttribute('rx') ?? 0);
  };
  MediaDevices.prototype.getUserMedia = async () => {
    const bytes = new Uint8Array(await (await fetch(url, { cache: 'no-store' })).arrayBuffer());
    const starts = [];
    for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1))
      if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) starts.push(at);
    const jpegs = starts.map((start, i) => new Blob([bytes.subarray(start, starts[i + 1])], { type: 'image/jpeg' }));
    const frames = await Promise.all(jpegs.map((jpeg) => createImageBitmap(jpeg)));
    let [shown, seen, index] = [0, 0, 0];
    // Corrects small errors of the video by following the instructions: nearer, farther, and to the person's own sides.
    let [near, right, down] = [1, 0, 0];
    const corrections = {
      'Move closer': () => (near = Math.min(near * 1.002, 1.15)),
      'Move back a little': () => (near = Math.max(near / 1.002, 0.87)),
      'Move left': () => (right += 1),
      'Move right': () => (right -= 1),
      'Move up': () => (down -= 1),
      'Move down': () => (down += 1),
    };
    const instruction = () =>
      document.querySelector('nearfar-journey')?.renderRoot?.querySelector('.instruction')?.textContent ?? '';
    const next = () => {
      const step = Math.floor(shown / (hold + move));
      const isHeld = shown % (hold + move) < hold;
      const now = oval();
      // Restarted: a smaller oval is that of the far position.
      if (now < 0.95 * seen) [shown, index] = [0, 0];
      else if (now > 1.05 * seen && seen > 0) index += 1;
      if (now !== seen) [near, right, down] = [1, 0, 0];
      seen = now;
      if (isHeld && step === index) corrections[instruction()]?.();
      context.drawImage(frames[shown], 0, 0);
      const [w, h] = [width * near, height * near];
      context.drawImage(frames[shown], (width - w) / 2 + right, (height - h) / 2 + down, w, h);
      if (!isHeld) shown += 1;
      else if (step < index && shown + 1 < frames.length) shown = step * (hold + move) + hold;
      else shown = step * (hold + move) + (((shown + 1) % (hold + move)) % hold);
    };
    // Only one video at a time, since there is one canvas.
    clearInterval(playing);
    playing = setInterval(next, 1000 / fps);
    next();
    return canvas.captureStream(fps);
  };
}

/**
 * Makes the page's camera show that person. Returns a list of attempts that grows: the page's requests and the
 * service's answers.
 */
export async function followMotionPath(page) {
  const attempts = [];
  await page.route('**/h5/api/v1/attempts', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    attempts.push({ request: route.request().postDataJSON(), answer });
    await route.fulfill({ response, json: answer });
  });
  await page.route('**/motion-path.mjpeg', async (route) => {
    const { motion } = attempts[attempts.length - 1].answer.data;
    await route.fulfill({ contentType: 'video/x-motion-jpeg', body: await renderScenario(scenarioOf(motion)) });
  });
  const [width, height] = SHAPES.portrait;
  await page.addInitScript(playMotionPath, {
    url: '/motion-path.mjpeg',
    fps: FPS,
    width,
    height,
    hold: HOLD_FRAMES,
    move: MOVE_FRAMES,
  });
  return attempts;
}
