// Cameras that deliver no frames, are busy or are not played: what the page says and how the person continues. With the
// real service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blockAutoplay,
  deliverNoFrames,
  freezeFirstStream,
  markCamerasBusy,
  setFacingMode,
} from '../testkit/browser/failing-camera.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { pageModule } from '../testkit/page/page-module.mjs';

/** A timeout for busy machines. */
const LONG_TIMEOUT = { timeout: 90_000 };
/** Options for two cameras: a browser that plays a video has only one. */
const TWO_CAMERAS = { scenario: null, chromium: { devices: 'device-count=2' }, options: { language: 'en' } };
/** The ids of the cameras in a list. */
const choices = async (list) => {
  await list.waitFor();
  return list.locator('option:not([disabled])').evaluateAll((all) => all.map(({ value }) => value));
};
/**
 * The requests for a camera. On a busy machine there may be more: the page restarts a camera that delivers no frames.
 */
const cameraCalls = (page) => page.evaluate(() => globalThis.cameraCalls);

/** Opens the page with a simulated camera and taps Start. */
async function startWith(t, camera, argument, given = { options: { language: 'en' } }) {
  const journey = await openJourney(t, given);
  await journey.page.addInitScript(camera, argument);
  await journey.open();
  await journey.button('Start camera').click();
  return journey;
}

for (const muted of [false, true])
  test(`a granted camera that never delivers a frame${muted ? ' and is muted' : ''}: the page says so, and another one works`, async (t) => {
    const { page, button, heading } = await startWith(
      t,
      deliverNoFrames,
      { muted },
      { ...TWO_CAMERAS, settings: { crossDevice: true } },
    );
    await page.getByText('Starting the camera…').first().waitFor();
    assert.equal(await page.getByText('Your browser asks for permission').count(), 0, 'the permission hint is gone');
    await heading('No picture from the camera').waitFor();
    await button('Continue on another device').waitFor();
    const list = page.getByRole('combobox', { name: 'Choose a camera' });
    const ids = await choices(list);
    assert.equal(ids.length, 2);
    await list.selectOption(ids[1]);
    await page.locator('.oval[rx]').waitFor({ state: 'attached' });
    const [, second] = await cameraCalls(page);
    assert.deepEqual(second.video.deviceId, { ideal: ids[1] });
  });

test('a camera that never delivers a frame, tried again: a new stream, which passes', async (t) => {
  const { page, button, heading, result } = await startWith(t, deliverNoFrames, { muted: false });
  await heading('No picture from the camera').waitFor();
  await button('Try again').click();
  await heading('You’re all set').waitFor();
  assert.ok((await cameraCalls(page)).length >= 2);
  assert.ok((await result()).score >= 50);
});

test('a camera that freezes during the capture is restarted, and the page says so', async (t) => {
  const { page, heading, result } = await startWith(t, freezeFirstStream, null);
  await page.locator('.instruction:not(:empty)').waitFor();
  await page.evaluate(() => {
    globalThis.restarts = [];
    document.addEventListener('nearfar:restarted', ({ detail }) => globalThis.restarts.push(detail.reason));
    globalThis.freeze = true;
  });
  await page.getByText('The camera froze. Restarting it.').first().waitFor();
  await heading('You’re all set').waitFor();
  assert.equal((await page.evaluate(() => globalThis.restarts))[0], 'camera_frozen');
  assert.equal((await cameraCalls(page)).length, 2);
  assert.ok((await result()).score >= 50);
});

test('time is up: trying again requests a new stream', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 3_000 } } };
  const { page, button, heading } = await startWith(t, freezeFirstStream, null, { scenario: 'too_far', options });
  await heading('Time ran out').waitFor(LONG_TIMEOUT);
  const { length } = await cameraCalls(page);
  await button('Try again').click();
  await heading('Time ran out').waitFor({ state: 'detached' });
  await heading('Time ran out').waitFor(LONG_TIMEOUT);
  assert.ok((await cameraCalls(page)).length > length);
});

test('a browser that blocks autoplay: a tap starts the video, and no capture starts before', async (t) => {
  const { page, button, heading, result } = await startWith(t, blockAutoplay, null);
  await page.getByText('Your browser needs a tap to show the camera.').first().waitFor();
  await page.waitForFunction(() => document.querySelector('nearfar-journey').video.srcObject?.active);
  await page.evaluate(() => {
    globalThis.progress = 0;
    document.addEventListener('nearfar:progress', () => {
      globalThis.progress += 1;
    });
    globalThis.resumed = new Promise((done) => document.addEventListener('nearfar:resumed', done, { once: true }));
  });
  await button('Tap to start').waitFor();
  assert.equal(await page.evaluate(() => globalThis.progress), 0);
  await page.evaluate(() => {
    globalThis.tapped = true;
  });
  await button('Tap to start').click();
  await button('Tap to start').waitFor({ state: 'detached' });
  await page.evaluate(() => globalThis.resumed);
  await heading('You’re all set').waitFor();
  assert.ok((await result()).score >= 50);
});

test('the first camera is busy and the second is free: the second one is used', async (t) => {
  const { page } = await startWith(t, markCamerasBusy, { places: [0] }, TWO_CAMERAS);
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  const chosen = await page.getByRole('combobox').inputValue();
  const calls = await cameraCalls(page);
  assert.deepEqual(calls.slice(0, 2), [null, null], 'the default, then any');
  assert.equal(calls.at(-1), chosen);
});

test('all cameras are busy: the list shows, and one that has become free works', async (t) => {
  const { page, heading } = await startWith(t, markCamerasBusy, { places: [0, 1] }, TWO_CAMERAS);
  await heading('The camera isn’t working').waitFor();
  const list = page.getByRole('combobox', { name: 'Choose a camera' });
  assert.equal(new Set(await cameraCalls(page)).size, 3, 'any, and each of the two');
  const ids = await choices(list);
  await page.evaluate(() => {
    globalThis.busy = [0];
  });
  await list.selectOption(ids[1]);
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
});

test('a rear camera is not mirrored', async (t) => {
  const middle = ({ page }) =>
    page.evaluate(() => {
      const { renderRoot, video } = document.querySelector('nearfar-journey');
      const cx = Number(renderRoot.querySelector('.oval').getAttribute('cx'));
      return { transform: getComputedStyle(video).transform, share: cx / video.clientWidth };
    });
  for (const [facingMode, mirrored] of [
    ['environment', false],
    ['user', true],
  ]) {
    const journey = await startWith(t, setFacingMode, { facingMode });
    await journey.page.locator('.oval[rx]').waitFor({ state: 'attached' });
    const { transform, share } = await middle(journey);
    assert.equal(transform, mirrored ? 'matrix(-1, 0, 0, 1, 0, 0)' : 'none', facingMode);
    assert.ok(share > 0 && share < 1);
  }
});

test('the camera’s name decides if the browser reports no facing mode', async () => {
  const { isRearCamera } = await pageModule('engine/cameras.ts');
  assert.ok(isRearCamera({ facingMode: 'environment', label: 'Front' }));
  assert.ok(isRearCamera({ label: 'camera2 0, facing back' }) && isRearCamera({ label: 'Rear Camera' }));
  for (const facing of [
    { facingMode: 'user', label: 'Back' },
    { label: 'Integrated Webcam' },
    { label: undefined },
    {},
  ])
    assert.ok(!isRearCamera(facing), JSON.stringify(facing));
});

/** Runs before the page: refuses every request for the camera with this message. */
function refuseCamera(message) {
  MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException(message, 'NotAllowedError'));
}

test('a refusal by the system and a dismissed prompt each have their own advice', async (t) => {
  const system = await startWith(t, refuseCamera, 'Permission denied by system');
  await system.heading('Camera access is blocked').waitFor();
  await system.page.getByText('Allow it in your device’s privacy settings').waitFor();
  await system.button('Reload page').waitFor();
  const closed = await startWith(t, refuseCamera, 'Permission dismissed');
  await closed.heading('We need your camera').waitFor();
  await closed.button('Try again').waitFor();
});

test('a recorder that never reports its end: the capture continues without the video', async (t) => {
  const given = { settings: { video: true }, options: { language: 'en' } };
  const neverStop = () => {
    MediaRecorder.prototype.stop = () => undefined;
    Object.defineProperty(MediaRecorder.prototype, 'onstop', { set: () => undefined });
    const listen = EventTarget.prototype.addEventListener;
    MediaRecorder.prototype.addEventListener = function (name, ...rest) {
      if (name !== 'stop') listen.call(this, name, ...rest);
    };
  };
  const { heading, result, requestUrls } = await startWith(t, neverStop, null, given);
  await heading('You’re all set').waitFor();
  assert.ok(!requestUrls.some((url) => url.endsWith('/video')));
  assert.ok((await result()).score >= 50);
});

test('time is up: the page shows the unmet instruction, a tip and the handoff', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 15_000 } } };
  const given = { scenario: 'too_far', settings: { crossDevice: true }, options };
  const { page, button, heading } = await startWith(t, () => undefined, null, given);
  await heading('Time ran out').waitFor(LONG_TIMEOUT);
  await page.getByText('Still needed: Move closer').waitFor();
  await page.getByText('Too far away. Move closer to the camera.').last().waitFor();
  await button('Continue on another device').click();
  await heading('Continue on another device').waitFor();
});

/** The numbers of requests for a nonce and for the camera. */
const requestCounts = async ({ page, requestUrls }) => [
  requestUrls.filter((url) => url.endsWith('/attempts')).length,
  (await cameraCalls(page)).length,
];

test('a hidden container: nothing starts while hidden; once shown it continues and passes', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  await page.addInitScript(freezeFirstStream);
  await open();
  await button('Start camera').waitFor();
  const show = (display) =>
    page.evaluate((display) => {
      document.querySelector('nearfar-journey').style.display = display;
    }, display);
  await show('none');
  await page.evaluate(() => {
    const { video, renderRoot } = document.querySelector('nearfar-journey');
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'clientWidth');
    globalThis.reads = 0;
    Object.defineProperty(video, 'clientWidth', {
      get() {
        globalThis.reads += 1;
        return get.call(video);
      },
    });
    renderRoot.querySelector('button').click();
  });
  await page.waitForFunction(() => document.querySelector('nearfar-journey').page.name === 'camera', null, {
    polling: 50,
  });
  // The page polls its visibility; without that it would request both meanwhile.
  await page.waitForFunction(() => globalThis.reads >= 8, null, { polling: 50 });
  assert.deepEqual(await requestCounts(journey), [0, 0]);
  await show('');
  await page.locator('.instruction:not(:empty)').waitFor();
  const [nonces, cameras] = await requestCounts(journey);
  assert.equal(nonces, 1);
  assert.ok(cameras >= 1);
  // Hidden during the capture, it pauses.
  await page.evaluate(() => {
    globalThis.events = [];
    for (const name of ['paused', 'resumed', 'finished'])
      document.addEventListener(`nearfar:${name}`, () => globalThis.events.push(name));
  });
  await show('none');
  await page.waitForFunction(() => globalThis.events.includes('paused'), null, { polling: 50 });
  // Enough frames for a whole capture that is not paused.
  await page.evaluate(() => {
    globalThis.enough = globalThis.sent + 60;
  });
  await page.waitForFunction(() => globalThis.sent >= globalThis.enough, null, { polling: 50 });
  assert.deepEqual(await page.evaluate(() => globalThis.events), ['paused']);
  await show('');
  await heading('You’re all set').waitFor();
  assert.ok((await result()).score >= 50);
});
