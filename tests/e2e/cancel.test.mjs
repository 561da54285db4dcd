// "Cancel" in the moments in which something is still on its way: nothing of that goes on, and the next try is whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { markCamerasBusy } from '../testkit/browser/failing-camera.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const TIPS = 'Let’s see your face';

/** Runs in the page: the first recorder tells its end, and pictures are hashed, only when the test says so. */
function slowSaving() {
  let recorders = 0;
  globalThis.saved = new Promise((done) => {
    globalThis.save = done;
  });
  Object.defineProperty(MediaRecorder.prototype, 'onstop', {
    set(tell) {
      recorders += 1;
      const isFirst = recorders === 1;
      this.addEventListener('stop', () => (isFirst ? globalThis.saved.then(tell) : tell()));
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
  test(`cancelled while ${video ? 'the video is ended' : 'the pictures are packed'}: nothing is sent, and the next capture passes`, async (t) => {
    const given = { settings: { video }, options: { language: 'en' } };
    const { page, open, button, heading, result } = await openJourney(t, given);
    await page.addInitScript(slowSaving);
    /** How many captures there were when something was sent. */
    const uploads = [];
    await page.route(UPLOAD, async (route) => {
      uploads.push(await page.evaluate(() => globalThis.captures));
      return route.continue();
    });
    await open();
    await button('Start the camera').click();
    await page.waitForFunction(() => globalThis.captures > 0);
    await button('Cancel').click();
    await heading(TIPS).waitFor();
    await button('Start the camera').click();
    await page.locator('.instruction:not(:empty)').waitFor();
    await page.evaluate(() => globalThis.save());
    await heading('Done. Thank you!').waitFor();
    assert.deepEqual(uploads, [2]);
    assert.ok((await result()).score >= 50);
  });

/** Runs in the page: the first question for the camera is refused when the test says so, later ones are the browser's. */
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

/** A browser and the page in it, without a service. */
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

test('the refusal of a start that was cancelled does not end the next one', async (t) => {
  const { page, url, button } = await openPage(t);
  await page.addInitScript(refuseLate);
  await openScreen(page, url, 'tips', 'en_US');
  await button('Start the camera').click();
  await page.waitForFunction(() => globalThis.refuse);
  await button('Cancel').click();
  await button('Start the camera').click();
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  await page.evaluate(() => globalThis.refuse());
  await page.waitForTimeout(500);
  await page.getByRole('heading', { name: 'Face check' }).waitFor({ state: 'attached' });
  assert.equal(await page.evaluate(() => document.querySelector('nearfar-journey').video.srcObject?.active), true);
});

test('the next start asks for the camera that was wished for, not for the one that stood in for it', async (t) => {
  const { page, url, button } = await openPage(t);
  await page.addInitScript(markCamerasBusy, { places: [0] });
  await openScreen(page, url, 'camera', 'en_US');
  const calls = () => page.evaluate(() => globalThis.cameraCalls);
  const [second, before] = [(await calls()).at(-1), (await calls()).length];
  assert.ok(second);
  await button('Cancel').click();
  // Now it is the other one that is busy.
  await page.evaluate(() => {
    globalThis.busy = [1];
  });
  await button('Start the camera').click();
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  const asked = (await calls()).slice(before);
  assert.equal(asked[0], null, 'any camera');
  assert.ok(asked.at(-1) && asked.at(-1) !== second);
});

test('the one camera that there is can be chosen where what was asked for cannot be had', async (t) => {
  const { page, url, button } = await openPage(t, 1);
  await page.addInitScript(() => {
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    globalThis.cannot = true;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      if (globalThis.cannot) throw new OverconstrainedError('deviceId', 'staged');
      return getUserMedia.call(this, constraints);
    };
  });
  await openScreen(page, url, 'tips', 'en_US');
  await button('Start the camera').click();
  const list = page.getByRole('combobox', { name: 'Choose the camera' });
  await list.waitFor();
  await page.evaluate(() => {
    globalThis.cannot = false;
  });
  await list.selectOption({ index: 1 });
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
});

test('a refusal of the service that comes after "Cancel" leaves the tips alone', async (t) => {
  const { page, url, button } = await openPage(t);
  await openScreen(page, url, 'photo', 'en_US');
  await button('Cancel').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  let answer;
  let asked = 0;
  await page.route('**/api/v1/attempts', (route) => {
    asked += 1;
    if (asked === 1) return route.fulfill({ json: { code: 'SUCCESS', data: { nonce: 'n' } } });
    if (asked === 2) return route.fulfill({ status: 503, body: '' });
    answer = () => route.fulfill({ json: { code: 'TRY_LIMIT_REACHED', message: 'no', data: null } });
    return undefined;
  });
  await button('Start the camera').click();
  await button('Take photos instead').click();
  await button('Try now').click();
  while (!answer) await page.waitForTimeout(50);
  await button('Cancel').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  await answer();
  await page.waitForTimeout(500);
  await page.getByRole('heading', { name: TIPS }).waitFor({ timeout: 1_000 });
});

test('back from a link that is still made is no error', async (t) => {
  const { page, url, button, pageErrors } = await openPage(t);
  await openScreen(page, url, 'voided', 'en_US');
  await page.route('**/api/v1/handoff', (route) => route.fulfill({ status: 503, body: '' }));
  const answered = page.waitForResponse('**/api/v1/handoff');
  await button('Make a new link').click();
  await answered;
  await button('Stay with this device').click();
  await page.getByRole('heading', { name: TIPS }).waitFor();
  await page.waitForTimeout(1_500);
  assert.deepEqual(pageErrors, []);
});
