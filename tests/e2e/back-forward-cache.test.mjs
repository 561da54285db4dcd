// Leaving the page and returning through Chromium's back/forward cache.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataDirEnv, startService } from '../../scripts/servers/service.mjs';
import { captureCount, openJourney, SHOP } from '../testkit/page/journey.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';

/** Leaves the page and returns to the same document. */
async function leaveAndReturn({ page }) {
  await page.evaluate(() => {
    globalThis.isTheSame = true;
    addEventListener('pageshow', ({ persisted }) => {
      globalThis.wasKept = persisted;
    });
  });
  await page.goto(`${SHOP}elsewhere`);
  // Playwright's goBack waits for a load event, which never comes here.
  await page.evaluate(() => setTimeout(() => history.back()));
  await page.waitForFunction(() => globalThis.wasKept !== undefined, undefined, { polling: 50 });
  assert.deepEqual(await page.evaluate(() => [globalThis.isTheSame, globalThis.wasKept]), [true, true]);
}

test('left at the camera: the camera restarts, and the capture passes', async (t) => {
  const journey = await openJourney(t, { chromium: { keepsPages: true }, options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  await open();
  await button('Start camera').click();
  await page.locator('.instruction:not(:empty)').waitFor();
  await page.evaluate(() => {
    globalThis.tracks = document.querySelector('nearfar-journey').video.srcObject.getTracks();
  });
  await leaveAndReturn(journey);
  const states = await page.evaluate(() => globalThis.tracks.map(({ readyState }) => readyState));
  assert.deepEqual(states, ['ended'], 'the camera stops while the page is left');
  await heading('You’re all set').waitFor();
  assert.equal(captureCount(journey), 2);
  assert.ok((await result()).score >= 50);
});

test('left on the tips: the start works', async (t) => {
  const journey = await openJourney(t, { chromium: { keepsPages: true }, options: { language: 'en' } });
  const { open, button, heading } = journey;
  await open();
  await button('Start camera').waitFor();
  await leaveAndReturn(journey);
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  assert.equal(captureCount(journey), 1);
});

test('left during the upload: the same pictures are sent', async (t) => {
  const journey = await openJourney(t, { chromium: { keepsPages: true }, options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  const bodies = [];
  let sent;
  const first = new Promise((done) => {
    sent = done;
  });
  await page.route(UPLOAD, (route) => {
    bodies.push(route.request().postDataBuffer());
    // The first upload gets no response.
    if (bodies.length === 1) return sent();
    return route.continue();
  });
  await open();
  await button('Start camera').click();
  await first;
  await leaveAndReturn(journey);
  await heading('You’re all set').waitFor();
  assert.ok(bodies.length >= 2 && bodies.every((body) => body.equals(bodies[0])));
  assert.equal(captureCount(journey), 1);
  assert.ok((await result()).score >= 50);
});

test('left during scoring: the result arrives', async (t) => {
  const env = { NEARFAR_SCORERS: '0' };
  const journey = await openJourney(t, { env, chromium: { keepsPages: true }, options: { language: 'en' } });
  const { open, button, heading, service } = journey;
  await open();
  await button('Start camera').click();
  await heading('Checking your photos…').waitFor();
  await leaveAndReturn(journey);
  await heading('Checking your photos…').waitFor();
  const scorer = await startService({ port: 0, env: { NEARFAR_LOG: 'warn', ...dataDirEnv(service.folder) } });
  t.after(scorer.close);
  await heading('You’re all set').waitFor();
});
