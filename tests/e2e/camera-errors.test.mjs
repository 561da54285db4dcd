// Error codes of cameras that cannot be opened or that stop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../testkit/page/assert-error.mjs';
import { openCapture } from '../testkit/page/capture.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** Runs before the page's scripts: records the calls of getUserMedia and fails the first `failures` of them. */
function failCamera({ failures, name }) {
  const original = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = [];
  MediaDevices.prototype.getUserMedia = function (constraints) {
    globalThis.cameraCalls.push(constraints);
    if (globalThis.cameraCalls.length <= failures) return Promise.reject(new DOMException('staged', name));
    return original.call(this, constraints);
  };
}

const cameraCalls = (page) => page.evaluate(() => globalThis.cameraCalls);

test('insecure context', async (t) => {
  const capture = await openCapture(t, {
    chromium: { args: ['--host-resolver-rules=MAP plain.test localhost'] },
    start: ({ port }) => `http://plain.test:${port}/`,
  });
  await assertError(capture, 'insecure_context', { recoverable: false });
});

test('no mediaDevices', async (t) => {
  const withoutDevices = () => Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined });
  const capture = await openCapture(t, { prepare: (page) => page.addInitScript(withoutDevices) });
  await assertError(capture, 'no_media_devices', { recoverable: false });
});

test('permission denied', async (t) => {
  const capture = await openCapture(t, { chromium: { ask: 'deny' } });
  await assertError(capture, 'permission_denied', { recoverable: true });
});

test('permission prompt without an answer', async (t) => {
  const capture = await openCapture(t, { chromium: { ask: 'prompt' } });
  await assertError(capture, 'permission_denied', { recoverable: true });
});

/** Opens the page in a frame of another origin. */
async function openFramed(t, attributes) {
  let inner;
  const outer = await serve({
    port: 0,
    before(request, response) {
      const { search } = new URL(request.url, 'http://outer');
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!doctype html><iframe ${attributes} width="450" height="800" src="${inner}${search}"></iframe>`);
      return true;
    },
  });
  t.after(() => outer.close());
  const capture = await openCapture(t, {
    start(server) {
      inner = server.url;
      return outer.url.replaceAll('&', '&amp;');
    },
  });
  const frame = capture.page.frames().find((each) => each !== capture.page.mainFrame());
  return { ...capture, page: frame };
}

test('a frame without allow="camera"', async (t) => {
  await assertError(await openFramed(t, ''), 'permission_policy_blocked', { recoverable: false });
});

test('a frame with allow="camera" gets the camera', async (t) => {
  const { log } = await openFramed(t, 'allow="camera"');
  assert.deepEqual(await log.until('permission'), { state: 'granted' });
});

test('no camera', async (t) => {
  const capture = await openCapture(t, { chromium: { video: undefined, devices: 'device-count=0' } });
  await assertError(capture, 'no_camera', { recoverable: true });
});

test('camera in use: one retry with plain constraints, then an error', async (t) => {
  const capture = await openCapture(t, {
    prepare: (page) => page.addInitScript(failCamera, { failures: 2, name: 'NotReadableError' }),
  });
  await assertError(capture, 'camera_in_use', { recoverable: true });
  const calls = await cameraCalls(capture.page);
  assert.equal(calls.length, 2);
  assert.equal(typeof calls[0].video, 'object');
  assert.equal(calls[1].video, true);
});

test('camera in use at first: the retry with plain constraints succeeds', async (t) => {
  const { log, page } = await openCapture(t, {
    prepare: (page) => page.addInitScript(failCamera, { failures: 1, name: 'NotReadableError' }),
  });
  await log.until('phase', ({ phase }) => phase === 'far');
  assert.equal((await cameraCalls(page)).length, 2);
  assert.deepEqual(log.all('error'), []);
});

test('camera in use, then free: "Try again" starts a new session', async (t) => {
  const { log, page } = await openCapture(t, {
    prepare: (page) => page.addInitScript(failCamera, { failures: 2, name: 'NotReadableError' }),
  });
  await log.until('error');
  await page.click('#try-again');
  await log.until('phase', ({ phase }) => phase === 'far');
  assert.equal((await cameraCalls(page)).length, 3);
});

test('overconstrained', async (t) => {
  const capture = await openCapture(t, { options: { constraints: { facingMode: { exact: 'user' } } } });
  await assertError(capture, 'overconstrained', { recoverable: true });
});

test('the track ends during the session', async (t) => {
  const capture = await openCapture(t);
  await capture.log.until('phase', ({ phase }) => phase === 'far');
  await capture.page.evaluate(() => {
    // By the standard stop() fires no event; unplugging a camera does.
    const [track] = document.getElementById('video').srcObject.getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await assertError(capture, 'stream_interrupted', { recoverable: true });
});

test('one call of getUserMedia per session, however often start is clicked', async (t) => {
  const { log, page } = await openCapture(t, {
    options: { autostart: 0 },
    prepare: (page) => page.addInitScript(failCamera, { failures: 0, name: '' }),
  });
  await page.waitForSelector('#start');
  await page.evaluate(() => {
    const button = document.getElementById('start');
    button.click();
    button.click();
  });
  await log.finished();
  assert.equal((await cameraCalls(page)).length, 1);
});
