// Renders a far and a near picture to upload: a real face, at least 300 kB each, like a phone camera's.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRenderingProgram } from '../scenarios/rendering-programs.mjs';

const WIDTH = 1440;
const HEIGHT = 2560;
const BYTES = 300_000;

/** The JPEG files by name. The engine encodes them: the service accepts no others. */
export async function pictures() {
  const { createCanvas } = await import('@napi-rs/canvas');
  const { drawScene, loadPhotos } = await import('../scenarios/render.mjs');
  const { FAR_SIZE, NEAR_SIZE } = await import('../scenarios/scenarios.mjs');
  const photos = await loadPhotos(['man']);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-pictures-'));
  try {
    const files = {};
    for (const [name, size] of Object.entries({ far: FAR_SIZE, near: NEAR_SIZE })) {
      drawScene(canvas.getContext('2d'), photos, [{ photo: 'man', size }], WIDTH, HEIGHT);
      const [drawn, written] = [join(folder, `${name}.png`), join(folder, `${name}.jpg`)];
      writeFileSync(drawn, await canvas.encode('png'));
      await runRenderingProgram('engine_jpeg', ['--least-bytes', String(BYTES), drawn, written]);
      files[name] = readFileSync(written);
    }
    return files;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
