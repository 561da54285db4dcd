// The headless core, the detector and the support check, in a window and in a worker.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { pictures } from '../testkit/service/pictures.mjs';
import { openShop } from './lib/open.mjs';

/** Whether the bytes are a JPEG of plausible size. */
const isJpeg = ([first, second], length) => first === 0xff && second === 0xd8 && length > 10_000;

test('iteration yields the instructions, then the two frames resolve', async (t) => {
  const { page, pageErrors } = await openShop(t);
  const seen = await page.evaluate(async (constraints) => {
    const { createCapture } = await import('nearfar');
    const video = document.createElement('video');
    video.style.cssText = 'width: 450px; height: 800px; object-fit: cover';
    document.body.append(video);
    const capture = await createCapture({ video, constraints });
    const ovals = [];
    capture.on('oval', ({ stage }) => ovals.push(stage));
    await capture.start();
    const codes = [];
    for await (const { code } of capture) codes.push(code);
    const { far, near, instructions } = await capture.frames;
    await capture.destroy();
    const still = ({ jpeg, width, height, face }) => ({
      head: [...jpeg.slice(0, 2)],
      bytes: jpeg.length,
      width,
      height,
      face,
    });
    return { codes, ovals, far: still(far), near: still(near), recorded: instructions.length, src: video.srcObject };
  }, wholeVideo('portrait'));
  assert.ok(seen.codes.includes('keep_still') && seen.codes.includes('too_far'), seen.codes.join());
  assert.deepEqual([seen.ovals[0], seen.ovals.at(-1)], ['far', 'near']);
  for (const { head, bytes } of [seen.far, seen.near]) assert.ok(isJpeg(head, bytes));
  assert.ok(seen.near.face.width > 1.5 * seen.far.face.width);
  assert.equal(seen.src, null, 'the camera is released');
  assert.deepEqual(pageErrors, []);
});

test('the caller’s stream continues after the capture', async (t) => {
  const { page } = await openShop(t);
  const state = await page.evaluate(async (video) => {
    const { createCapture } = await import('nearfar');
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    const capture = await createCapture({ stream });
    await capture.start();
    const first = await new Promise((heard) => capture.on('instruction', heard));
    const frames = capture.frames.catch(({ code }) => code);
    await capture.destroy();
    return { first: first.code, frames: await frames, track: stream.getVideoTracks()[0].readyState };
  }, wholeVideo('portrait'));
  assert.equal(typeof state.first, 'string');
  assert.equal(state.frames, 'cancelled');
  assert.equal(state.track, 'live');
});

/** Runs in a window or a worker: captures a person who approaches when asked to, from frames that the page draws. */
const CAPTURE_FRAMES = `async (bytes) => {
  const { createCapture, detectFaces } = await import('nearfar');
  const person = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/jpeg' }));
  const [width, height] = [720, 1280];
  const context = new OffscreenCanvas(width, height).getContext('2d');
  let nearer = null;
  let ended = false;
  function picture() {
    const share = nearer === null ? 0 : Math.min(1, (Date.now() - nearer) / 2000);
    const scale = 1 + 1.35 * share;
    context.drawImage(person, (width - width * scale) / 2, (height - height * scale) / 2, width * scale, height * scale);
    return createImageBitmap(context.canvas);
  }
  async function* camera() {
    while (!ended) {
      yield { image: await picture(), time: Date.now() };
      await new Promise((next) => setTimeout(next, 20));
    }
  }
  const capture = await createCapture({ frames: camera() });
  capture.on('phase', ({ phase }) => { nearer = phase === 'near' ? Date.now() : null; });
  await capture.start();
  const codes = [];
  for await (const { code } of capture) codes.push(code);
  const frames = await capture.frames.catch((error) => Promise.reject(new Error(error.code + ' after ' + codes)));
  ended = true;
  const faces = await detectFaces(await picture());
  return { codes, far: frames.far.jpeg.length, near: frames.near.jpeg.length, faces: faces.length };
}`;

test('frames from the caller, in the window and in a worker', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  await page.route('**/worker-of-the-shop.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `onmessage = async ({ data }) => postMessage(await (${CAPTURE_FRAMES.replace("import('nearfar')", "import('./dist/index.js')")})(data).catch(String));`,
    }),
  );
  const given = [...(await pictures()).far];
  const inWindow = await page.evaluate(`(${CAPTURE_FRAMES})(${JSON.stringify(given)})`);
  const inWorker = await page.evaluate(
    (data) =>
      new Promise((heard) => {
        const worker = new Worker('./worker-of-the-shop.js', { type: 'module' });
        worker.onmessage = (event) => heard(event.data);
        worker.postMessage(data);
      }),
    given,
  );
  for (const seen of [inWindow, inWorker]) {
    assert.equal(typeof seen, 'object', String(seen));
    assert.ok(seen.codes.includes('keep_still'), seen.codes.join());
    assert.ok(seen.far > 10_000 && seen.near > 10_000);
    assert.equal(seen.faces, 1);
  }
});

test('every picture type gives the same faces', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  const { near } = await pictures();
  const found = await page.evaluate(
    async (bytes) => {
      const { detectFaces } = await import('nearfar');
      const blob = new Blob([Uint8Array.from(bytes)], { type: 'image/jpeg' });
      const bitmap = await createImageBitmap(blob, { resizeWidth: 720, resizeHeight: 1280 });
      const context = new OffscreenCanvas(720, 1280).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const data = context.getImageData(0, 0, 720, 1280);
      const frame = new VideoFrame(bitmap, { timestamp: 0 });
      const faces = [await detectFaces(data), await detectFaces(bitmap), await detectFaces(frame)];
      frame.close();
      const wrong = await detectFaces('a picture').catch(({ name, code, recoverable }) => ({
        name,
        code,
        recoverable,
      }));
      return { faces, wrong };
    },
    [...near],
  );
  for (const [face, ...others] of found.faces) {
    assert.equal(others.length, 0);
    const [expected] = found.faces[0];
    for (const side of ['x', 'y', 'width', 'height']) assert.ok(Math.abs(face[side] - expected[side]) < 3, side);
    const { rightEye, leftEye, mouth } = face.landmarks;
    assert.ok(rightEye.x < leftEye.x && mouth.y > rightEye.y);
    assert.ok(face.score > 0.5);
  }
  assert.deepEqual(found.wrong, { name: 'CaptureError', code: 'unsupported_image', recoverable: false });
});

test('errors have stable codes, and the next call starts again', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  let isBroken = true;
  await page.route('**/*.wasm', (route) => (isBroken ? route.fulfill({ status: 404 }) : route.continue()));
  const detect = () =>
    page.evaluate(async () => {
      const { detectFaces, isCaptureError, CaptureError } = await import('nearfar');
      return detectFaces(new ImageData(64, 64)).then(
        (faces) => faces.length,
        (error) => [error.code, error.recoverable, isCaptureError(error), error instanceof CaptureError, error.name],
      );
    });
  assert.deepEqual(await detect(), ['asset_load_failed', true, true, true, 'CaptureError']);
  isBroken = false;
  assert.equal(await detect(), 0);
  const refused = await page.evaluate(async () => {
    const { createCapture } = await import('nearfar');
    const codeOf = (options) => createCapture(options).catch(({ code, message }) => [code, message]);
    return [
      await codeOf({ config: { nonsense: 1 } }),
      await codeOf({ frames: [], video: document.createElement('video') }),
    ];
  });
  assert.deepEqual(
    refused.map(([code]) => code),
    ['invalid_options', 'invalid_options'],
  );
  assert.match(refused[0][1], /nonsense/);
});

test('files can be loaded from other places', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  const paths = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  const faces = await page.evaluate(async () => {
    const { detectFaces } = await import('nearfar');
    const list = await (await fetch('./integrity.json')).json();
    const name = Object.keys(list).find((name) => name.endsWith('.wasm') && name.includes('scalar'));
    const bytes = await (await fetch(`./dist/${name}`)).arrayBuffer();
    const wasmSrc = await WebAssembly.compile(bytes);
    return (await detectFaces(new ImageData(64, 64), { build: 'scalar', wasmSrc, assetsUrl: '/dist/assets' })).length;
  });
  assert.equal(faces, 0);
  assert.equal(
    paths.filter((path) => path.endsWith('.wasm')).length,
    1,
    'only the file that the page itself has fetched',
  );
});

test('the support check reports each test', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  const support = await page.evaluate(async () => (await import('./dist/support.js')).checkSupport());
  assert.equal(support.supported, true);
  assert.equal(support.build, 'relaxed');
  const passed = Object.fromEntries(support.checks.map(({ test, passed }) => [test, passed]));
  assert.equal(passed.camera, true);
  assert.equal(passed.track_processor, true);
});
