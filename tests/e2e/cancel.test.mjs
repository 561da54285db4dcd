// "Cancel" while something is pending: nothing of it continues, and the next try is not affected.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { markCamerasBusy } from '../testkit/browser/failing-camera.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const TIPS = 'Quick face check';

/** Runs before the page: the first recorder's end and the hashing of pictures wait until the test calls `save`. */
function slowSaving() {
  let recorders = 0;
  globalThis.saved = new Promise((done) => {
    globalThis.save = done;
  });
  Object.defineProperty(MediaRecorder.prototype, 'onstop', {
    set(listener) {
      recorders += 1;
      const isFirst = recorders === 1;
      this.addEventListener('stop', () => (isFirst ? globalThis.saved.then(listener) : listener()));
    },
  });
  let isHeld = false;
  globalThis.captures = 0;
  document.addEventListener('nearfar:finished', () => {
    isHeld = true;
    globalThis.captures += 1;
  });
  const { digest } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.digest = async function (...given) {
    if (isHeld) await globalThis.saved;
    return digest.apply(this, given);
  };
}

for (const video of [true, false])
  test(`cancelled while ${video ? 'the video is finished' : 'the pictures are packed'}: nothing is sent, and the next capture passes`, async (t) => {
    const given = { settings: { video }, options: { language: 'en' } };
    const { page, open, button, heading, result } = await openJourney(t, given);
    await page.addInitScript(slowSaving);
    /** The number of captures at each upload. */
    const uploads = [];
    await page.route(UPLOAD, async (route) => {
      uploads.push(await page.evaluate(() => globalThis.captures));
      return route.continue();
    });
    await open();
    await button('Start camera').click();
    await page.waitForFunction(() => globalThis.captures > 0);
    await button('Cancel').click();
    await heading(TIPS).waitFor();
    await button('Start camera').click();
    await page.locator('.instruction:not(:empty)').waitFor();
    await page.evaluate(() => globalThis.save());
    await heading('You’re all set').waitFor();
    assert.deepEqual(uploads, [2]);
    assert.ok((await result()).score >= 50);
  });

/**
 * Runs before the page: the first request for the camera is refused when the test calls `refuse`; later ones are
 * normal.
 */
function refuseLate() {
  const getUserMedia = MediaDevices.prototype.getUserMedia;
  globalThis.cameraCalls = 0;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    globalThis.cameraCalls += 1;
    if (globalThis.cameraCalls > 1) return getUserMedia.call(this, constraints);
    await new Promise((done) => {
      globalThis.refuse = done;
    });
    throw new DOMException('staged', 'NotAllowedError');
  };
}

/** Opens a browser with a page, and serves dist/, without a service. */
async function openPage(t, cameras = 2) {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium({ devices: `device-count=${cameras}` });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  return { page, url: server.url, pageErrors, button: (name) => page.getByRole('button', { name }) };
}

/** Runs in the page: counts the frames of the running camera in `globalThis.frames`. */
function countFrames() {
  const { video } = document.querySelector('nearfar-journey');
  globalThis.frames = 0;
  const count = () => {
    globalThis.frames += 1;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
}

test('the refusal of a cancelled start does not end the next one', async (t) => {
  const { page, url, button } = await openPage(t);
  await page.addInitScript(refuseLate);
  await openScreen(page, url, 'tips', 'en_US');
  await button('Start camera').click();
  await page.waitForFunction(() => globalThis.refuse);
  await button('Cancel').click();
  await button('Start camera').click();
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  await page.evaluate(() => globalThis.refuse());
  await page.evaluate(countFrames);
  await page.waitForFunction(() => globalThis.frames >= 10, null, { polling: 50 });
  await page.getByRole('heading', { name: 'Face verification' }).waitFor({ state: 'attached' });
  assert.equal(await page.evaluate(() => document.querySelector('nearfar-journey').video.srcObject?.active), true);
});

test('the next start requests the preferred camera, not its replacement', async (t) => {
  const { page, url, button } = await openPage(t);
  await page.addInitScript(markCamerasBusy, { places: [0] });
  await openScreen(page, url, 'camera', 'en_US');
  const calls = () => page.evaluate(() => globalThis.cameraCalls);
  const [second, before] = [(await calls()).at(-1), (await calls()).length];
  assert.ok(second);
  await button('Cancel').click();
  // Now the other camera is busy.
  await page.evaluate(() => {
    globalThis.busy = [1];
  });
  await button('Start camera').click();
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  const requested = (await calls()).slice(before);
  assert.equal(requested[0], null, 'any camera');
  assert.ok(requested.at(-1) && requested.at(-1) !== second);
});

test('a single camera can be chosen if the constraints cannot be met', async (t) => {
  const { page, url, button } = await openPage(t, 1);
  await page.addInitScript(() => {
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    globalThis.isOverconstrained = true;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      if (globalThis.isOverconstrained) throw new OverconstrainedError('deviceId', 'staged');
      return getUserMedia.call(this, constraints);
    };
  });
  await openScreen(page, url, 'tips', 'en_US');
  await button('Start camera').click();
  const list = page.getByRole('combobox', { name: 'Choose a camera' });
  await list.waitFor();
  await page.evaluate(() => {
    globalThis.isOverconstrained = false;
  });
  await list.selectOption({ index: 1 });
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
});

test('a refusal by the service after "Cancel" does not change the tips', async (t) => {
  const { page, url, button } = await openPage(t);
  await openScreen(page, url, 'photo', 'en_US');
  await button('Cancel').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  let hold;
  const held = new Promise((done) => {
    hold = done;
  });
  let requests = 0;
  await page.route('**/api/v1/attempts', (route) => {
    requests += 1;
    if (requests === 1) return route.fulfill({ json: { code: 'SUCCESS', data: { nonce: 'n' } } });
    if (requests === 2) return route.fulfill({ status: 503, body: '' });
    return hold(route);
  });
  await button('Start camera').click();
  await button('Take photos instead').click();
  await button('Try now').click();
  const route = await held;
  await button('Cancel').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  const answered = page.waitForResponse('**/api/v1/attempts');
  await route.fulfill({ json: { code: 'TRY_LIMIT_REACHED', message: 'no', data: null } });
  await (await answered).finished();
  // Two frames later the page has handled the response.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.getByRole('heading', { name: TIPS }).waitFor({ timeout: 1_000 });
});

test('going back while a link is being created is no error', async (t) => {
  const { page, url, button, pageErrors } = await openPage(t);
  await page.clock.install();
  await openScreen(page, url, 'voided', 'en_US');
  let requests = 0;
  await page.route('**/api/v1/handoff', (route) => {
    requests += 1;
    return route.fulfill({ status: 503, body: '' });
  });
  const answered = page.waitForResponse('**/api/v1/handoff');
  await button('Create a new link').click();
  await answered;
  await button('Stay on this device').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  const before = requests;
  // Longer than the pause before a retry.
  await page.clock.runFor(10_000);
  assert.equal(requests, before, 'no retry');
  assert.deepEqual(pageErrors, []);
});
