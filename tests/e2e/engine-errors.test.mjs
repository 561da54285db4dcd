// Error codes of an engine that cannot be loaded or that crashes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../testkit/page/assert-error.mjs';
import { openCapture } from '../testkit/page/capture.mjs';

const FILES = { wasm: '**/*.wasm', model: '**/*.bin' };

const broken = {
  missing: (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'not found' }),
  'served as a page': (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
  altered: async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1] ^= 1;
    await route.fulfill({ response, body });
  },
  'cut short': async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: body.subarray(0, body.length >> 1) });
  },
  unreachable: (route) => route.abort('connectionrefused'),
};

for (const [file, pattern] of Object.entries(FILES)) {
  for (const [how, answer] of Object.entries(broken)) {
    test(`${file} ${how}`, async (t) => {
      const capture = await openCapture(t, { prepare: (page) => page.route(pattern, answer) });
      await assertError(capture, 'asset_load_failed', { recoverable: true });
    });
  }

  test(`${file} slow`, async (t) => {
    const capture = await openCapture(t, {
      options: { 'load-timeout-ms': 1000 },
      prepare: (page) => page.route(pattern, () => {}),
    });
    await assertError(capture, 'asset_timeout', { recoverable: true });
  });
}

test('wasm with the right bytes but the wrong type works, with a warning on the console', async (t) => {
  const asBytes = async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-type': 'application/octet-stream' };
    await route.fulfill({ response, headers });
  };
  const warnings = [];
  const prepare = async (page) => {
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.route(FILES.wasm, asBytes);
  };
  const { log } = await openCapture(t, { prepare });
  await log.until('instruction');
  assert.ok(
    warnings.some((text) => text.includes("served as 'application/octet-stream', not as 'application/wasm'")),
    warnings.join(),
  );
});

test('no WebAssembly', async (t) => {
  const capture = await openCapture(t, { prepare: (page) => page.addInitScript(() => delete globalThis.WebAssembly) });
  await assertError(capture, 'no_wasm', { recoverable: false });
});

test('no SIMD: the scalar build is loaded and works', async (t) => {
  const wasm = [];
  const { log } = await openCapture(t, {
    // V8 supports wasm SIMD only with SSE 4.1.
    chromium: { args: ['--js-flags=--no-enable-sse4-1'] },
    prepare: (page) => page.on('request', (request) => request.url().endsWith('.wasm') && wasm.push(request.url())),
  });
  await log.until('instruction');
  assert.equal(wasm.length, 1);
  assert.match(wasm[0], /nearfar-scalar\./);
});

/** Crashes a worker as a bug would. */
function crash(worker) {
  return worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('staged crash');
    });
  });
}

test('a crashed worker is replaced once, and the capture continues', async (t) => {
  const { log, page } = await openCapture(t);
  await log.until('phase', ({ phase }) => phase === 'far');
  const replaced = page.waitForEvent('worker');
  await crash(page.workers()[0]);
  await replaced;
  const finished = await log.finished();
  assert.equal(finished.outcome, 'captured', log.summary());
  assert.deepEqual(log.all('error'), []);
});

test('a worker that crashes again is an internal error', async (t) => {
  const capture = await openCapture(t, { scenario: 'too_far' });
  const { log, page } = capture;
  await log.until('phase', ({ phase }) => phase === 'far');
  const replaced = page.waitForEvent('worker');
  await crash(page.workers()[0]);
  const second = await replaced;
  await log.until('instruction');
  await crash(second);
  await assertError(capture, 'internal', { recoverable: true });
});

test('no instruction is followed: the time runs out', async (t) => {
  const capture = await openCapture(t, { scenario: 'no_face', options: { config: { session: { stageLimit: 3000 } } } });
  const finished = await capture.log.finished();
  assert.equal(finished.outcome, 'timed_out');
  assert.equal(finished.error.code, 'capture_timeout');
  assert.equal(finished.error.recoverable, true);
  assert.equal(finished.far, null);
});
