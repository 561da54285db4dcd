// Failures during the journey and how the person recovers, with the real service.

import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataDirEnv, startService } from '../../scripts/servers/service.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { captureCount, openJourney, SHOP } from '../testkit/page/journey.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { openSession } from '../testkit/service/integrator.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const FAILED = `${SHOP}failed`;

/** Changes the camera's video to a scenario, from the camera's next start on. */
async function showScenario(camera, scenario) {
  // A new file each time: the browser may still read the old one.
  copyFileSync(await scenarioVideo(scenario), `${camera}.next`);
  renameSync(`${camera}.next`, camera);
}

test('a masked face fails; without the mask the second try passes', async (t) => {
  const camera = join(temporaryFolder(t), 'camera.mjpeg');
  await showScenario(camera, 'far_to_near_masked');
  // Otherwise the page itself would ask to remove the mask.
  const options = { language: 'en', config: { ...LONG_STAGES, thresholds: { maxOcclusion: 1 } } };
  const tokenRequest = { tryCount: '3' };
  const journey = await openJourney(t, { scenario: null, chromium: { video: camera }, options, tokenRequest });
  const { page, open, button, heading, result } = journey;
  await open();
  await button('Start camera').click();
  await heading('We couldn’t verify you').waitFor();
  await page.getByText('Part of your face was covered. Take off anything that covers it.').waitFor();
  await page.getByText('You have 2 attempts left.').waitFor();
  await assert.rejects(result(), /FACE_OCCLUDED/);
  await showScenario(camera, 'far_to_near');
  await button('Try again').click();
  await page.locator('.oval').waitFor();
  await heading('You’re all set').waitFor();
  assert.equal(captureCount(journey), 2);
  const { score, imageNear } = await result();
  assert.ok(score >= 50, `score ${score}`);
  assert.ok(imageNear.length > 1000);
});

test('cancelling before the camera starts leaves it off', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(() => {
    globalThis.began = false;
    document.addEventListener('nearfar:permission', () => {
      globalThis.began = true;
    });
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    const allowed = new Promise((allow) => {
      globalThis.allow = allow;
    });
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      await allowed;
      globalThis.stream = await getUserMedia.call(this, constraints);
      return globalThis.stream;
    };
  });
  await open();
  await button('Start camera').click();
  await page.getByText('Your browser asks for permission').first().waitFor();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
  await page.evaluate(() => globalThis.allow());
  await page.waitForFunction(() => globalThis.stream?.getTracks().every(({ readyState }) => readyState === 'ended'));
  assert.equal(await page.evaluate(() => globalThis.began), false);
});

test('a start on a slow connection counts, even if cancelled before the response', async (t) => {
  const settings = { retryLimit: 1, retryLimitUrl: `${SHOP}limit` };
  const { page, open, button, heading, requestUrls } = await openJourney(t, { settings, options: { language: 'en' } });
  let slow = true;
  await page.route('**/h5/api/v1/attempts', async (route) => {
    if (slow) {
      slow = false;
      await new Promise((done) => setTimeout(done, 1000));
    }
    await route.continue();
  });
  await open();
  await button('Start camera').click();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
  await button('Start camera').click();
  await heading('We couldn’t verify you').waitFor();
  assert.ok(!requestUrls.some((url) => url.includes('/attempts/')), 'no capture was started');
  await button('Continue').click();
  await page.waitForURL(`${SHOP}limit`);
});

test('without the sealing module no capture starts, and after a reload the page works', async (t) => {
  const { page, open, button, heading, requestUrls } = await openJourney(t, { options: { language: 'en' } });
  await page.route('**/nearfar-sealing.*.wasm', (route) => route.abort('connectionreset'));
  await open();
  await button('Start camera').click();
  await heading('The page didn’t load completely').waitFor();
  assert.ok(!requestUrls.some((url) => url.includes('/attempts')), 'no start was used');
  await page.unroute('**/nearfar-sealing.*.wasm');
  await button('Reload page').click();
  await button('Start camera').click();
  await page.locator('.oval').waitFor();
});

test('a failing server and an offline device give different messages, and neither costs another capture', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  const uploads = [];
  await page.route(UPLOAD, async (route) => {
    uploads.push(route.request().postDataBuffer());
    // The response of a proxy while the service is down.
    if (uploads.length === 1) return route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>Sorry</h1>' });
    if (uploads.length === 2) await page.context().setOffline(true);
    return route.continue();
  });
  await open();
  await button('Start camera').click();
  await page.getByRole('main').getByText('The service is busy.').waitFor();
  await page.getByRole('main').getByText('You’re offline. Your photos are safe').waitFor();
  assert.equal(uploads.length, 2);
  await page.context().setOffline(false);
  await heading('You’re all set').waitFor();
  assert.equal(uploads.length, 3);
  assert.equal(captureCount(journey), 1);
  assert.ok((await result()).score >= 50);
});

/** Waits until the service reports the session as expired. */
async function waitForExpiry(url, { headers }) {
  for (let version = ''; ; ) {
    const query = new URLSearchParams({ version, wait: '25' });
    const { data } = await (await fetch(`${url}h5/api/v1/status?${query}`, { headers })).json();
    if (data.state === 'expired') return;
    version = data.version;
  }
}

test('the session expires while the page is open: a started attempt may finish, a new start leads back', async (t) => {
  const tokenRequest = { failedReturnUrl: FAILED };
  const { service, access, browser, page, button, heading, open, result } = await openJourney(t, {
    env: { NEARFAR_SESSION_SECONDS: '10' },
    options: { language: 'en' },
    tokenRequest,
  });
  let upload;
  const uploads = new Promise((done) => {
    upload = done;
  });
  await page.route(UPLOAD, upload);
  await open();
  await button('Start camera').click();

  const late = await openSession(service.url, access, tokenRequest);
  const other = await browser.newPage({ viewport: viewport('portrait') });
  await other.route(`${SHOP}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>shop</title>' }));
  await other.goto(address(late.url, { language: 'en', constraints: wholeVideo('portrait'), config: LONG_STAGES }));
  const start = other.getByRole('button', { name: 'Start camera' });
  await start.waitFor();

  // The second session expires after the first.
  const [route] = await Promise.all([uploads, waitForExpiry(service.url, late)]);
  await route.continue();
  await heading('You’re all set').waitFor();
  assert.ok((await result()).score >= 50);

  await start.click();
  const ended = other.getByRole('heading', { name: 'This link has expired' });
  await ended.waitFor();
  await other.reload();
  await ended.waitFor();
  await other.getByRole('button', { name: 'Continue' }).click();
  await other.waitForURL(FAILED);
});

test('an upload that comes too late: time is up, and the person may try again', async (t) => {
  const env = { NEARFAR_NONCE_SECONDS: '1' };
  const { open, button, heading } = await openJourney(t, { env, options: { language: 'en' } });
  await open();
  await button('Start camera').click();
  await heading('Time ran out').waitFor();
  await button('Try again').click();
  await button('Cancel').waitFor();
});

test('a reload at the camera restarts, a reload during scoring continues to the result', async (t) => {
  // No scorer yet.
  const env = { NEARFAR_SCORERS: '0' };
  const journey = await openJourney(t, { env, options: { language: 'en' } });
  const { page, open, button, heading, result, service } = journey;
  await open();
  await button('Start camera').click();
  await page.locator('.instruction:not(:empty)').waitFor();
  await page.reload();
  await button('Start camera').click();
  await heading('Checking your photos…').waitFor();
  await page.reload();
  await heading('Checking your photos…').waitFor();
  assert.equal(captureCount(journey), 2);
  // Another instance starts, with scorers.
  const scorer = await startService({ port: 0, env: { NEARFAR_LOG: 'warn', ...dataDirEnv(service.folder) } });
  t.after(scorer.close);
  await heading('You’re all set').waitFor();
  await button('Continue').click();
  await page.waitForURL(SHOP);
  assert.ok((await result()).score >= 50);
  assert.equal(captureCount(journey), 2);
});
