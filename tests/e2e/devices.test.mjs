// Alternatives to the page's camera: another device, another camera, the device's camera app. Also the recorded video,
// and the limits of tries.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { scanCode } from '../testkit/page/scan-code.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { pictures } from '../testkit/service/pictures.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const CODE = 'svg.code';

/** Opens a second device with a camera. */
async function secondDevice(t) {
  const browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  t.after(() => browser.close());
  return browser.newPage({ viewport: viewport('portrait') });
}

test('without a camera: another device captures, and the first one continues automatically', async (t) => {
  const settings = { crossDevice: true, multiDeviceFields: true };
  const first = await openJourney(t, { settings, scenario: null, chromium: { devices: 'device-count=0' } });
  await first.open({ language: 'en' });
  await first.button('Start camera').click();
  await first.heading('The camera isn’t working').waitFor();
  await first.button('Continue on another device').click();
  const field = first.page.getByLabel('Link for the other device');
  await first.page.locator(CODE).waitFor();
  const link = await field.inputValue();
  assert.equal(await scanCode(first.page), link);
  await first.button('Copy link').click();
  await first.button('Copied').waitFor();

  const second = await secondDevice(t);
  await second.goto(address(link, { constraints: wholeVideo('portrait'), config: LONG_STAGES }));
  await second.getByRole('heading', { name: 'Check your first device' }).waitFor();
  const number = (await second.locator('.number').textContent()).trim();
  assert.match(number, /^\d\d$/);
  await first.heading('Do you see this number?').waitFor();
  await first.button(`Yes, it shows ${number}`).click();
  await first.heading('Continue on your other device').waitFor();
  // The first device may reload.
  await first.page.reload();
  await first.heading('Continue on your other device').waitFor();

  // So may the second.
  await second.reload();
  await second.getByRole('button', { name: 'Start camera' }).click();
  await second.getByRole('heading', { name: 'Verification completed' }).waitFor();
  await first.heading('You’re all set').waitFor();
  await first.button('Continue').click();
  await first.page.waitForURL(SHOP);
  const { score, multiDevice } = await first.result();
  assert.ok(score >= 50, `score ${score}`);
  assert.equal(multiDevice, true);
  assert.deepEqual(first.pageErrors, []);
});

test('the wrong device: a new link is created, and the first device can continue itself', async (t) => {
  const settings = { crossDevice: true };
  const { page, open, button, heading } = await openJourney(t, { settings, chromium: { ask: 'deny' } });
  await open({ language: 'en' });
  await button('Start camera').click();
  await heading('Camera access is blocked').waitFor();
  await button('Continue on another device').click();
  const field = page.getByLabel('Link for the other device');
  await field.waitFor();
  const link = await field.inputValue();
  const stranger = await secondDevice(t);
  await stranger.goto(address(link, { language: 'en' }));
  await heading('Do you see this number?').waitFor();
  await button('No, create a new link').click();
  await field.waitFor();
  await stranger.getByRole('heading', { name: 'This link has expired' }).waitFor();
  assert.notEqual(await field.inputValue(), link);
  await button('Stay on this device').click();
  await heading('Quick face check').waitFor();
});

test('a stranger also opens the link: the link becomes void on all three devices, and a new one is offered', async (t) => {
  const settings = { crossDevice: true };
  const first = await openJourney(t, { settings, scenario: null, chromium: { devices: 'device-count=0' } });
  const another = async () => (await first.browser.newContext()).newPage();
  const [honest, stranger] = [await another(), await another()];
  const opened = { name: 'Two devices opened this link' };
  const number = async (page) => (await page.locator('.number').textContent()).trim();
  await first.open({ language: 'en' });
  await first.button('Start camera').click();
  await first.button('Continue on another device').click();
  const field = first.page.getByLabel('Link for the other device');
  const link = await field.inputValue();
  await honest.goto(address(link, { language: 'en' }));
  await honest.getByRole('heading', { name: 'Check your first device' }).waitFor();
  await first.heading('Do you see this number?').waitFor();
  assert.equal(await number(honest), await number(first.page));

  // The stranger opens the code while the person compares the two numbers.
  await stranger.goto(address(link, { language: 'en' }));
  for (const page of [stranger, honest, first.page]) {
    await page.getByRole('heading', opened).waitFor();
    assert.equal(await page.locator('.number').count(), 0);
  }
  await first.page.reload();
  await first.heading(opened.name).waitFor();
  await honest.reload();
  await honest.getByRole('heading', opened).waitFor();

  await first.button('Create a new link').click();
  await first.page.locator(CODE).waitFor();
  assert.notEqual(await field.inputValue(), link);
  const fresh = await field.inputValue();
  await honest.goto(address(fresh, { language: 'en' }));
  await honest.getByRole('heading', { name: 'Check your first device' }).waitFor();
  await first.button(`Yes, it shows ${await number(honest)}`).click();
  await honest.getByRole('button', { name: 'Start camera' }).waitFor();
  await first.heading('Continue on your other device').waitFor();

  // After the confirmation a stranger is refused, and nothing changes for the others.
  await stranger.goto(address(fresh, { language: 'en' }));
  await stranger.getByRole('heading', { name: 'This link was already opened' }).waitFor();
  await honest.reload();
  await honest.getByRole('button', { name: 'Start camera' }).waitFor();
  await first.heading('Continue on your other device').waitFor();
});

test('two photos from the camera app, if the account allows them', async (t) => {
  const journey = await openJourney(t, { settings: { systemCamera: true }, chromium: { ask: 'deny' } });
  const phone = await journey.browser.newContext({ viewport: viewport('portrait'), hasTouch: true, isMobile: true });
  const page = await phone.newPage();
  const button = (name) => page.getByRole('button', { name });
  await page.goto(address(journey.session.url, { language: 'en' }));
  await button('Start camera').click();
  await button('Take photos instead').click();
  const photo = page.getByLabel('Take photo');
  await page.getByRole('heading', { name: 'First photo' }).waitFor();
  await photo.setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await page.getByRole('alert').waitFor();
  const { far, near } = await pictures();
  await photo.setInputFiles({ name: 'far.jpg', mimeType: 'image/jpeg', buffer: far });
  await page.getByRole('heading', { name: 'Second photo' }).waitFor();
  await new Promise((done) => setTimeout(done, 500));
  await photo.setInputFiles({ name: 'near.jpg', mimeType: 'image/jpeg', buffer: near });
  await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
  const { score, cameraType } = await journey.result();
  assert.equal(cameraType, 'SYSTEM_CAMERA');
  assert.ok(score >= 50, `score ${score}`);
});

test('a video is recorded and is part of the result, and the page says so', async (t) => {
  const videoUploadingText = 'The video is on its way';
  const ui = {
    locale: 'en',
    mobileMultiDeviceProcessPage: { videoUploadingText },
    mobileResultPage: { faceShow: true },
  };
  const { page, open, button, heading, result } = await openJourney(t, { settings: { video: true }, ui });
  await page.addInitScript(() => {
    globalThis.headings = [];
    document.addEventListener('nearfar:page', () =>
      globalThis.headings.push(document.querySelector('nearfar-journey').renderRoot.querySelector('h1')?.textContent),
    );
  });
  await open({ language: 'en' });
  await page.getByText('We also record a short video without sound').waitFor();
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  assert.ok((await page.evaluate(() => globalThis.headings)).includes(videoUploadingText));
  await page.locator('img.face').waitFor();
  const { score, video } = await result();
  assert.ok(score >= 50, `score ${score}`);
  const bytes = Buffer.from(video, 'base64');
  const isMp4 = bytes.subarray(4, 8).toString('latin1') === 'ftyp';
  const isWebm = bytes.subarray(0, 4).toString('hex') === '1a45dfa3';
  assert.ok(isMp4 || isWebm);
  assert.ok(bytes.length > 20_000 && bytes.length < 8_000_000, `${bytes.length} bytes`);
});

/** Breaks the video requests for which `breaks` returns true, given their number from 1. */
async function breakVideo({ page }, breaks) {
  const uploads = { count: 0 };
  await page.route('**/h5/api/v1/attempts/*/video', async (route) => {
    uploads.count += 1;
    return (await breaks(uploads.count)) ? route.abort('connectionreset') : route.continue();
  });
  return uploads;
}

test('a video that cannot be sent: the pictures are scored, and the page continues', async (t) => {
  const journey = await openJourney(t, { settings: { video: true } });
  const problems = [];
  journey.page.on('request', (request) => {
    if (request.url().endsWith('/problems')) problems.push(request.postDataJSON().code);
  });
  let early;
  const uploads = await breakVideo(journey, async (count) => {
    // The first request hangs until the pictures are scored without the video.
    for (let polls = 0; count === 1 && !early && polls < 100; polls++) {
      await new Promise((done) => setTimeout(done, 100));
      early = await journey.result().catch(() => undefined);
    }
    return true;
  });
  await journey.open({ language: 'en' });
  await journey.button('Start camera').click();
  await journey.page
    .getByRole('main')
    .getByText(/Poor connection/)
    .waitFor();
  await journey.heading('Please wait while your video is sent').waitFor();
  await journey.heading('You’re all set').waitFor();
  assert.ok(early.score >= 50, `score ${early.score}`);
  assert.equal(uploads.count, 5);
  assert.deepEqual(problems, ['video_not_sent']);
  const { score, video } = await journey.result();
  assert.deepEqual({ score, video }, { score: early.score, video: null });
});

test('a video upload whose connection breaks is retried', async (t) => {
  const journey = await openJourney(t, { settings: { video: true } });
  const uploads = await breakVideo(journey, (count) => count === 1);
  await journey.open({ language: 'en' });
  await journey.button('Start camera').click();
  await journey.heading('You’re all set').waitFor();
  assert.equal(uploads.count, 2);
  const { score, video } = await journey.result();
  assert.ok(score >= 50, `score ${score}`);
  assert.ok(Buffer.from(video, 'base64').length > 20_000);
});

test('the list of cameras allows a choice, with virtual and infrared ones last', async (t) => {
  const { page, open, button, heading } = await openJourney(t);
  await page.addInitScript(() => {
    const enumerate = MediaDevices.prototype.enumerateDevices;
    MediaDevices.prototype.enumerateDevices = async function () {
      const own = await enumerate.call(this);
      const more = ['OBS Virtual Camera', 'Integrated IR Camera', 'Rear Camera'];
      const others = more.map((label) => ({ kind: 'videoinput', deviceId: label, label, groupId: '' }));
      return [...others, ...own];
    };
  });
  await open({ language: 'en' });
  await button('Start camera').click();
  const choice = page.getByRole('combobox', { name: 'Choose a camera' });
  await choice.waitFor();
  const labels = await choice.locator('option').allTextContents();
  assert.deepEqual(labels.slice(1), ['Rear Camera', 'OBS Virtual Camera', 'Integrated IR Camera']);
  await choice.selectOption('Rear Camera');
  await heading('You’re all set').waitFor();
});

test('a failed attempt can be repeated until the tries are used up', async (t) => {
  // A growth that no capture reaches.
  const config = join(temporaryFolder(t), 'nearfar.toml');
  writeFileSync(config, '[limits]\nminGrowth = 3.0\n');
  const env = { NEARFAR_CONFIG: config };
  const tokenRequest = { tryCount: '2', failedReturnUrl: `${SHOP}failed` };
  const { page, open, button, heading } = await openJourney(t, { env, tokenRequest });
  await open({ language: 'en' });
  await button('Start camera').click();
  await heading('We couldn’t verify you').waitFor();
  await page.getByText('You have 1 attempt left.').waitFor();
  await button('Continue').waitFor();
  await button('Try again').click();
  await page.getByText('You have no attempts left.').waitFor();
  await button('Continue').click();
  await page.waitForURL(`${SHOP}failed`);
});

test('pictures of too poor quality cost no try', async (t) => {
  // A sharpness that no picture reaches.
  const config = join(temporaryFolder(t), 'nearfar.toml');
  writeFileSync(config, '[limits]\nallowance = 0.0\n[limits.thresholds]\nminSharpness = 0.95\n');
  const { page, open, button, heading, result } = await openJourney(t, {
    env: { NEARFAR_CONFIG: config },
    tokenRequest: { tryCount: '1' },
  });
  await open({ language: 'en' });
  await button('Start camera').click();
  await heading('We couldn’t verify you').waitFor();
  await page.getByText('Find more light and hold the camera steady.').waitFor();
  await page.getByText('You have 1 attempt left.').waitFor();
  await button('Try again').waitFor();
  await assert.rejects(result(), /FACE_QUALITY_TOO_POOR/);
});

test('one start too many leads to the URL that the account names', async (t) => {
  const settings = { retryLimit: 1, retryLimitUrl: `${SHOP}limit` };
  // Without a result page the browser continues at once.
  const ui = { locale: 'en', mobileResultPage: { isShow: false } };
  const { page, open, button, heading } = await openJourney(t, { settings, ui, scenario: 'too_far' });
  await open({ language: 'en' });
  await button('Start camera').click();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
  await button('Start camera').click();
  await page.waitForURL(`${SHOP}limit`);
});
