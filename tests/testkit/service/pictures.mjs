// Renders a far and a near picture to upload: a real face, at least 300 kB each, like a phone camera's, or plain ones.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRenderingProgram } from '../scenarios/rendering-programs.mjs';

const WIDTH = 1440;
const HEIGHT = 2560;
const BYTES = 300_000;

/**
 * Encodes what `draw(context, name)` draws as `far` and `near`. The engine encodes the JPEG files: the service accepts no
 * others.
 */
async function encoded(width, height, leastBytes, draw) {
  const { createCanvas } = await import('@napi-rs/canvas');
  const canvas = createCanvas(width, height);
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-pictures-'));
  try {
    const files = {};
    for (const name of ['far', 'near']) {
      draw(canvas.getContext('2d'), name);
      const [drawn, written] = [join(folder, `${name}.png`), join(folder, `${name}.jpg`)];
      writeFileSync(drawn, await canvas.encode('png'));
      await runRenderingProgram('engine_jpeg', ['--least-bytes', String(leastBytes), drawn, written]);
      files[name] = readFileSync(written);
    }
    return files;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pictures without a face, for test accounts: theirs are never analysed. */
export function plainPictures() {
  return encoded(480, 640, 1, (context, name) => {
    context.fillStyle = name === 'far' ? 'teal' : 'olive';
    context.fillRect(0, 0, 480, 640);
  });
}

/** The JPEG files by name. */
export async function pictures() {
  const { drawScene, loadPhotos } = await import('../scenarios/render.mjs');
  const { FAR_SIZE, NEAR_SIZE } = await import('../scenarios/scenarios.mjs');
  const photos = await loadPhotos(['man']);
  const sizes = { far: FAR_SIZE, near: NEAR_SIZE };
  return encoded(WIDTH, HEIGHT, BYTES, (context, name) =>
    drawScene(context, photos, [{ photo: 'man', size: sizes[name] }], WIDTH, HEIGHT),
  );
}
