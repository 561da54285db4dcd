// Renders the camera videos of the benchmarks.

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../../scripts/cli/cached.mjs';
import { root } from '../../scripts/cli/run.mjs';

/** Chromium crops both shapes from this video. It must not be square: Chromium takes a square for a rotated picture. */
const WIDTH = 1282;
const HEIGHT = 1280;
const SHORT = 720;
const FRAMES = 20;
const SHIFT = 0.07;

/** The brightest and darkest change of a noisy pixel. A camera never gives the same frame twice. */
const NOISE = 3;

/**
 * What the camera sees. `at`: the layers (scenarios.mjs), given the face's size and the position in the loop, from 0 to
 * 1; `isNoisy`: adds a camera's noise, for scenes without motion. No session ends: the face never has the near stage's
 * size. In `moving` it never keeps still either, so every frame is fully processed.
 */
const SCENES = {
  moving: {
    at: (size, phase) => {
      const walk = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
      return [{ photo: 'man', size, x: SHIFT * walk * (SHORT / HEIGHT) }];
    },
  },
  still: { isNoisy: true, at: (size) => [{ photo: 'man', size }] },
  nobody: { isNoisy: true, at: () => [{ photo: 'city' }] },
};

/** The names of the scenes. */
export const SCENE_NAMES = Object.keys(SCENES);

/** Numbers from 0 to 2^32 - 1, the same on every run (the generator of Numerical Recipes). */
function* pseudoRandom(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

/** Changes the brightness of each pixel by at most NOISE. */
function addNoise(context, random) {
  const image = context.getImageData(0, 0, WIDTH, HEIGHT);
  const { data } = image;
  for (let i = 0; i < data.length; i += 4) {
    // The high bits: the low ones of such a generator repeat.
    const change = ((random.next().value >>> 16) % (2 * NOISE + 1)) - NOISE;
    for (let channel = 0; channel < 3; channel++) data[i + channel] += change;
  }
  context.putImageData(image, 0, 0);
}

/** Renders the video of a scene if it does not exist, and returns its path. */
export async function benchVideo(scene = 'moving') {
  const folder = join(root, '.cache', 'bench');
  const inputs = ['benches/lib/video.mjs', 'tests/testkit/scenarios'];
  const path = join(folder, `${scene}-${fingerprint(inputs).slice(0, 12)}.mjpeg`);
  if (existsSync(path)) return path;
  const { createCanvas } = await import('@napi-rs/canvas');
  const { drawScene, loadPhotos } = await import('../../tests/testkit/scenarios/render.mjs');
  const { FAR_SIZE } = await import('../../tests/testkit/scenarios/scenarios.mjs');
  const { at, isNoisy } = SCENES[scene];
  const size = FAR_SIZE * (SHORT / HEIGHT);
  const photos = await loadPhotos([...new Set(at(size, 0).map(({ photo }) => photo))]);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const random = pseudoRandom(1);
  const pictures = [];
  for (let i = 0; i < FRAMES; i++) {
    drawScene(context, photos, at(size, i / FRAMES), WIDTH, HEIGHT);
    if (isNoisy) addNoise(context, random);
    pictures.push(await canvas.encode('jpeg', 90));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.part`, Buffer.concat(pictures));
  renameSync(`${path}.part`, path);
  return path;
}
