// Renders the camera video of the benchmark: a face at the far stage's size that never keeps still, so that every frame
// is fully processed and no session ends.

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

/** Renders the video if it does not exist, and returns its path. */
export async function benchVideo() {
  const folder = join(root, '.cache', 'bench');
  const inputs = ['benches/lib/video.mjs', 'tests/testkit/scenarios'];
  const path = join(folder, `restless-${fingerprint(inputs).slice(0, 12)}.mjpeg`);
  if (existsSync(path)) return path;
  const { createCanvas } = await import('@napi-rs/canvas');
  const { drawScene, loadPhotos } = await import('../../tests/testkit/scenarios/render.mjs');
  const { FAR_SIZE } = await import('../../tests/testkit/scenarios/scenarios.mjs');
  const photos = await loadPhotos(['man']);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const pictures = [];
  for (let i = 0; i < FRAMES; i++) {
    const phase = i / FRAMES;
    const walk = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
    const share = SHORT / HEIGHT;
    const layer = { photo: 'man', size: FAR_SIZE * share, x: SHIFT * walk * share };
    drawScene(canvas.getContext('2d'), photos, [layer], WIDTH, HEIGHT);
    pictures.push(await canvas.encode('jpeg', 90));
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.part`, Buffer.concat(pictures));
  renameSync(`${path}.part`, path);
  return path;
}
