// Cameras that are on and send nothing, that are busy, that the browser does not show: what the person is told, and how
// they get on. With the real service.

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

/** For what a busy machine takes its time for. */
const PATIENTLY = { timeout: 90_000 };
/** A browser with a film for its camera has that one alone. */
const TWO = { scenario: null, chromium: { devices: 'device-count=2' }, options: { language: 'en' } };
/** The ids of the cameras in a list. */
const choices = async (list) => {
  await list.waitFor();
  return list.locator('option:not([disabled])').evaluateAll((all) => all.map(({ value }) => value));
};
/** More than one asked for where a camera of a busy machine sends nothing for a while, and is taken anew. */
const cameraCalls = (page) => page.evaluate(() => globalThis.cameraCalls);

/** Opens the page before a staged camera and taps Start. */
async function started(t, stage, told, given = { options: { language: 'en' } }) {
  const journey = await openJourney(t, given);
  await journey.page.addInitScript(stage, told);
  await journey.open();
  await journey.button('Start the camera').click();
  return journey;
}

for (const muted of [false, true])
  test(`a camera that is granted and never sends${muted ? ', and is muted' : ''}: said so, and another one goes on`, async (t) => {
    const { page, button, heading } = await started(
      t,
      deliverNoFrames,
      { muted },
      { ...TWO, settings: { crossDevice: true } },
    );
    await page.getByText('Starting the camera…').first().waitFor();
    assert.equal(await page.getByText('Your browser asks for the camera').count(), 0, 'nobody asks any more');
    await heading('The camera sends no picture').waitFor();
    await button('Use another device').waitFor();
    const list = page.getByRole('combobox', { name: 'Choose the camera' });
    const ids = await choices(list);
    assert.equal(ids.length, 2);
    await list.selectOption(ids[1]);
    await page.locator('.oval[rx]').waitFor({ state: 'attached' });
    const [, second] = await cameraCalls(page);
    assert.deepEqual(second.video.deviceId, { ideal: ids[1] });
  });

test('a camera that never sends, tried again: a new stream, which passes', async (t) => {
  const { page, button, heading, result } = await started(t, deliverNoFrames, { muted: false });
  await heading('The camera sends no picture').waitFor();
  await button('Try again').click();
  await heading('Done. Thank you!').waitFor();
  assert.ok((await cameraCalls(page)).length >= 2);
  assert.ok((await result()).score >= 50);
});

test('a camera that freezes in mid-capture is taken anew, and it is said', async (t) => {
  const { page, heading, result } = await started(t, freezeFirstStream, null);
  await page.locator('.instruction:not(:empty)').waitFor();
  await page.evaluate(() => {
    globalThis.restarts = [];
    document.addEventListener('nearfar:restarted', ({ detail }) => globalThis.restarts.push(detail.reason));
    globalThis.freeze = true;
  });
  await page.getByText('The camera got stuck. Starting it again.').first().waitFor();
  await heading('Done. Thank you!').waitFor();
  assert.equal((await page.evaluate(() => globalThis.restarts))[0], 'camera_frozen');
  assert.equal((await cameraCalls(page)).length, 2);
  assert.ok((await result()).score >= 50);
});

test('time is up: trying again asks for a new stream', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 3_000 } } };
  const { page, button, heading } = await started(t, freezeFirstStream, null, { scenario: 'too_far', options });
  await heading('Time is up').waitFor(PATIENTLY);
  const { length } = await cameraCalls(page);
  await button('Try again').click();
  await heading('Time is up').waitFor({ state: 'detached' });
  await heading('Time is up').waitFor(PATIENTLY);
  assert.ok((await cameraCalls(page)).length > length);
});

test('a browser that plays nothing unasked: a tap starts the picture, and nobody is captured before', async (t) => {
  const { page, button, heading, result } = await started(t, blockAutoplay, null);
  await page.getByText('Your browser shows the camera only after a tap.').first().waitFor();
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
  await heading('Done. Thank you!').waitFor();
  assert.ok((await result()).score >= 50);
});

test('the first camera is busy and the second is free: the second one is taken', async (t) => {
  const { page } = await started(t, markCamerasBusy, { places: [0] }, TWO);
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
  const chosen = await page.getByRole('combobox').inputValue();
  const calls = await cameraCalls(page);
  assert.deepEqual(calls.slice(0, 2), [null, null], 'as wished, then any');
  assert.equal(calls.at(-1), chosen);
});

test('all cameras are busy: the list is there, and one that has become free goes on', async (t) => {
  const { page, heading } = await started(t, markCamerasBusy, { places: [0, 1] }, TWO);
  await heading('The camera does not work here').waitFor();
  const list = page.getByRole('combobox', { name: 'Choose the camera' });
  assert.equal(new Set(await cameraCalls(page)).size, 3, 'any, and each of the two');
  const ids = await choices(list);
  await page.evaluate(() => {
    globalThis.busy = [0];
  });
  await list.selectOption(ids[1]);
  await page.locator('.oval[rx]').waitFor({ state: 'attached' });
});

test('a camera that looks away from the screen is not shown as in a mirror', async (t) => {
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
    const journey = await started(t, setFacingMode, { facingMode });
    await journey.page.locator('.oval[rx]').waitFor({ state: 'attached' });
    const { transform, share } = await middle(journey);
    assert.equal(transform, mirrored ? 'matrix(-1, 0, 0, 1, 0, 0)' : 'none', facingMode);
    assert.ok(share > 0 && share < 1);
  }
});

test('where the browser does not tell the side, the name of the camera does', async () => {
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

/** Fails every question for the camera as a browser does that says why. */
function refuse(message) {
  MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException(message, 'NotAllowedError'));
}

test('a refusal of the system, and a question that was closed, each have their own advice', async (t) => {
  const system = await started(t, refuse, 'Permission denied by system');
  await system.heading('The camera is blocked').waitFor();
  await system.page.getByText('Allow it in the device’s privacy settings').waitFor();
  await system.button('Reload the page').waitFor();
  const closed = await started(t, refuse, 'Permission dismissed');
  await closed.heading('The camera was not allowed').waitFor();
  await closed.button('Try again').waitFor();
});

test('a recorder that never tells its end: the capture goes on without the video', async (t) => {
  const given = { settings: { video: true }, options: { language: 'en' } };
  const lose = () => {
    MediaRecorder.prototype.stop = () => undefined;
    Object.defineProperty(MediaRecorder.prototype, 'onstop', { set: () => undefined });
    const listen = EventTarget.prototype.addEventListener;
    MediaRecorder.prototype.addEventListener = function (name, ...rest) {
      if (name !== 'stop') listen.call(this, name, ...rest);
    };
  };
  const { heading, result, requestUrls } = await started(t, lose, null, given);
  await heading('Done. Thank you!').waitFor();
  assert.ok(!requestUrls.some((url) => url.endsWith('/video')));
  assert.ok((await result()).score >= 50);
});

test('time is up: the instruction that was not met, a tip, and the way to another device', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 15_000 } } };
  const given = { scenario: 'too_far', settings: { crossDevice: true }, options };
  const { page, button, heading } = await started(t, () => undefined, null, given);
  await heading('Time is up').waitFor(PATIENTLY);
  await page.getByText('Still missing: “Move closer”').waitFor();
  await page.getByText('Too far away. Come closer to the camera.').last().waitFor();
  await button('Use another device').click();
  await heading('Go on with another device').waitFor();
});

/** How often a nonce and the camera were asked for. */
const begun = async ({ page, requestUrls }) => [
  requestUrls.filter((url) => url.endsWith('/attempts')).length,
  (await cameraCalls(page)).length,
];

test('a hidden container: nothing begins unseen; shown, it goes on, and passes', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  await page.addInitScript(freezeFirstStream);
  await open();
  await button('Start the camera').waitFor();
  const show = (display) =>
    page.evaluate((display) => {
      document.querySelector('nearfar-journey').style.display = display;
    }, display);
  await show('none');
  await page.evaluate(() => {
    const { video, renderRoot } = document.querySelector('nearfar-journey');
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'clientWidth');
    globalThis.looks = 0;
    Object.defineProperty(video, 'clientWidth', {
      get() {
        globalThis.looks += 1;
        return get.call(video);
      },
    });
    renderRoot.querySelector('button').click();
  });
  await page.waitForFunction(() => document.querySelector('nearfar-journey').page.name === 'camera', null, {
    polling: 50,
  });
  // It looks again and again whether it is shown; whoever does not wait asks for both meanwhile.
  await page.waitForFunction(() => globalThis.looks >= 8, null, { polling: 50 });
  assert.deepEqual(await begun(journey), [0, 0]);
  await show('');
  await page.locator('.instruction:not(:empty)').waitFor();
  const [nonces, cameras] = await begun(journey);
  assert.equal(nonces, 1);
  assert.ok(cameras >= 1);
  // Hidden in mid-capture it is held, and keeps its shape.
  await page.evaluate(() => {
    globalThis.told = [];
    for (const name of ['paused', 'resumed', 'finished'])
      document.addEventListener(`nearfar:${name}`, () => globalThis.told.push(name));
  });
  await show('none');
  await page.waitForFunction(() => globalThis.told.includes('paused'), null, { polling: 50 });
  // Pictures enough for all of a capture that is not held.
  await page.evaluate(() => {
    globalThis.enough = globalThis.sent + 60;
  });
  await page.waitForFunction(() => globalThis.sent >= globalThis.enough, null, { polling: 50 });
  assert.deepEqual(await page.evaluate(() => globalThis.told), ['paused']);
  await show('');
  await heading('Done. Thank you!').waitFor();
  assert.ok((await result()).score >= 50);
});
