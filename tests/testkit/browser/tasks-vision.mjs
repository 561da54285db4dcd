// An independent face detector for tests: MediaPipe's tasks-vision, with its own preprocessing, inference and
// non-maximum suppression, in its own page.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../../../scripts/cli/run.mjs';
import { MODEL } from '../../../scripts/setup/npm-packages.mjs';
import { withMetadata } from './model-metadata.mjs';

const folder = dirname(createRequire(import.meta.url).resolve('@mediapipe/tasks-vision'));
const ORIGIN = 'https://tasks-vision.test';
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Opens the detector in a browser. Returns a function that finds the faces in a JPEG.
 * @returns {Promise<(jpeg: Buffer) => Promise<{x: number, y: number, width: number, height: number, score: number}[]>>}
 */
export async function tasksVision(browser) {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
    if (pathname === '/model')
      return route.fulfill({ body: Buffer.from(withMetadata(readFileSync(join(root, MODEL)))) });
    const type = TYPES[pathname.slice(pathname.lastIndexOf('.'))];
    return route.fulfill({ path: join(folder, pathname), contentType: type });
  });
  await page.goto(`${ORIGIN}/`);
  await page.evaluate(async () => {
    const { FaceDetector } = await import('/vision_bundle.mjs');
    const files = {
      wasmLoaderPath: '/wasm/vision_wasm_internal.js',
      wasmBinaryPath: '/wasm/vision_wasm_internal.wasm',
    };
    const model = new Uint8Array(await (await fetch('/model')).arrayBuffer());
    globalThis.detector = await FaceDetector.createFromOptions(files, {
      baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
      runningMode: 'IMAGE',
    });
  });
  return (jpeg) =>
    page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
      return globalThis.detector.detect(image).detections.map(({ boundingBox: box, categories }) => ({
        x: box.originX,
        y: box.originY,
        width: box.width,
        height: box.height,
        score: categories[0].score,
      }));
    }, jpeg.toString('base64'));
}
