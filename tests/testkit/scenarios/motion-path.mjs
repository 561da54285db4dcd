// Somebody who is led along the path that the service has drawn: their film is made once the path is known.

import { FPS, filmOf, SHAPES } from './generate.mjs';

/** As src/guidance/target.rs has them: the oval around the face, its room, and the most that a path moves it. */
const OVAL = { width: 1.16, height: 1.45 };
const ROOM = 0.96;
const MOST_SHIFT = 0.15;

/** Pictures while a position is held, to and fro, and of the way between two. */
const HELD = 6;
const WAY = 30;

/** Where a position of a path puts the face, as a layer of a story has it: in short sides of the video, seen whole. */
export function layerOf({ size, x, y }, shape = 'portrait') {
  const [width, height] = SHAPES[shape];
  const short = Math.min(width, height);
  // The detector's box of the man is a little larger than his photograph was cut for when he is far, and smaller when near.
  const drawn = size * (0.95 + 0.15 * (size - 0.25));
  const room = (side, oval) => Math.min(Math.max((ROOM * (side / short) - oval * size) / 2, 0), MOST_SHIFT);
  return { photo: 'man', size: drawn, x: x * room(width, OVAL.width), y: y * room(height, OVAL.height) };
}

/** Somebody who is where the path says: pictures of each position, those of the way to the next one, and so on. */
function storyOf({ far, stops, near }) {
  const layers = [far, ...stops, near].map((position) => layerOf(position));
  const last = layers.length - 1;
  const at = (t) => {
    const frame = Math.round(t * FPS);
    const step = Math.min(Math.floor(frame / (HELD + WAY)), last);
    const [from, to] = [layers[step], layers[Math.min(step + 1, last)]];
    const part = Math.max((frame - step * (HELD + WAY) - HELD) / WAY, 0);
    const mix = (name) => from[name] + (to[name] - from[name]) * part;
    return [{ ...from, size: from.size * (to.size / from.size) ** part, x: mix('x'), y: mix('y') }];
  };
  return { seconds: (last * (HELD + WAY) + HELD) / FPS, at };
}

/**
 * Runs in the page: plays the film as the camera's, each position until the oval has moved on. Self-contained, since its
 * text is what reaches the page.
 */
function playLed({ url, fps, width, height, held, way }) {
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
    // Somebody does what is told, too, where the film alone is not quite right: nearer and away, and to their own sides.
    let [near, right, down] = [1, 0, 0];
    const obey = {
      'Move closer': () => (near = Math.min(near * 1.002, 1.15)),
      'Move back a little': () => (near = Math.max(near / 1.002, 0.87)),
      'Move left': () => (right += 1),
      'Move right': () => (right -= 1),
      'Move up': () => (down -= 1),
      'Move down': () => (down += 1),
    };
    const told = () =>
      document.querySelector('nearfar-journey')?.renderRoot?.querySelector('.instruction')?.textContent ?? '';
    const next = () => {
      const step = Math.floor(shown / (held + way));
      const isHeld = shown % (held + way) < held;
      const now = oval();
      // Begun again: a smaller oval is that of the far position.
      if (now < 0.95 * seen) [shown, index] = [0, 0];
      else if (now > 1.05 * seen && seen > 0) index += 1;
      if (now !== seen) [near, right, down] = [1, 0, 0];
      seen = now;
      if (isHeld && step === index) obey[told()]?.();
      context.drawImage(frames[shown], 0, 0);
      const [w, h] = [width * near, height * near];
      context.drawImage(frames[shown], (width - w) / 2 + right, (height - h) / 2 + down, w, h);
      if (!isHeld) shown += 1;
      else if (step < index && shown + 1 < frames.length) shown = step * (held + way) + held;
      else shown = step * (held + way) + (((shown + 1) % (held + way)) % held);
    };
    // One film at a time: there is one canvas.
    clearInterval(playing);
    playing = setInterval(next, 1000 / fps);
    next();
    return canvas.captureStream(fps);
  };
}

/**
 * Puts that person before the page's camera. Returns the attempts as the page asked for them and the service answered.
 */
export async function leadAlong(page) {
  const attempts = [];
  await page.route('**/h5/api/v1/attempts', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    attempts.push({ asked: route.request().postDataJSON(), answer });
    await route.fulfill({ response, json: answer });
  });
  await page.route('**/led.mjpeg', async (route) => {
    const { motion } = attempts[attempts.length - 1].answer.data;
    await route.fulfill({ contentType: 'video/x-motion-jpeg', body: await filmOf(storyOf(motion)) });
  });
  const [width, height] = SHAPES.portrait;
  await page.addInitScript(playLed, { url: '/led.mjpeg', fps: FPS, width, height, held: HELD, way: WAY });
  return attempts;
}
