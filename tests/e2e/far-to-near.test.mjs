// Captures in Chromium: with each frame source, each build of the engine, and both video shapes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tasksVision } from '../testkit/browser/tasks-vision.mjs';
import { assertFarToNear } from '../testkit/page/assert-capture.mjs';
import { openCapture } from '../testkit/page/capture.mjs';
import { watchedFrames, watchVideo } from '../testkit/page/watch-video.mjs';

async function farToNear(t, settings) {
  const { browser, log, page } = await openCapture(t, settings);
  await watchVideo(page);
  const finished = await log.finished();
  const seen = await watchedFrames(page);
  await assertFarToNear(finished, { detect: await tasksVision(browser), seen });
  assert.deepEqual(log.pageErrors, []);
  return { log, page, finished };
}

for (const source of ['track_processor', 'video_frame', 'image_bitmap', 'canvas']) {
  test(`far to near, frame source ${source}`, async (t) => {
    const { log } = await farToNear(t, { options: { source } });
    assert.deepEqual(log.all('source'), [{ name: source }]);
  });
}

for (const build of ['simd', 'scalar']) {
  test(`far to near, ${build} build`, async (t) => {
    const requestUrls = [];
    await farToNear(t, {
      options: { build },
      prepare: (page) => page.on('request', (request) => requestUrls.push(request.url())),
    });
    const wasm = requestUrls.filter((url) => url.endsWith('.wasm'));
    assert.equal(wasm.length, 1);
    assert.match(wasm[0], new RegExp(`nearfar-${build}\\.`));
  });
}

test('far to near with a landscape video; the page shows both pictures', async (t) => {
  const { page } = await farToNear(t, { shape: 'landscape' });
  const shown = () => ['far', 'near'].every((id) => document.getElementById(id).naturalWidth >= 256);
  await page.waitForFunction(shown);
});
