// The manifest's evidence on the device and on programs between camera and page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playCanvasCamera } from '../testkit/browser/canvas-camera.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { FPS, SHAPES, scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { captureRecord } from '../testkit/service/record.mjs';

/** Runs the journey, asserts that the upload is sealed, and returns its manifest from the capture record. */
async function manifestOf({ page, open, button, heading, service, access, session }) {
  const upload = page.waitForRequest((request) => request.method() === 'PUT' && request.url().includes('/attempts/'));
  await open();
  await button('Start camera').click();
  const body = (await upload).postDataBuffer();
  await heading('You’re all set').waitFor();
  assert.equal(body.subarray(0, 8).toString('latin1'), 'nearfar\x01');
  for (const plaintext of ['"nonce"', 'userAgent', 'JFIF']) assert.ok(!body.includes(plaintext), plaintext);
  const files = await captureRecord(service.url, access, session.signatureId);
  return JSON.parse(files['manifest.json']);
}

test('the manifest has the camera’s name and frame statistics, and reports automation; a video reflects no light', async (t) => {
  const settings = { lightChallenge: 'offered' };
  const journey = await openJourney(t, { settings, options: { language: 'en' } });
  const { device, light, audit, nearImageTime } = await manifestOf(journey);
  const [width, height] = SHAPES.portrait;
  assert.deepEqual([device.frameWidth, device.frameHeight], [width, height]);
  assert.ok(device.cameraLabel.length > 0 && device.frameRate > 0, JSON.stringify(device));
  assert.ok(device.screenWidth > 0 && device.pixelRatio > 0);
  const driven = await journey.page.evaluate(() => navigator.webdriver);
  assert.deepEqual(device.signs, driven ? ['automation'] : []);
  const { stream } = device;
  assert.ok(stream.frames > 20 && stream.frames > stream.equal + stream.recurring, JSON.stringify(stream));
  assert.ok(stream.intervalMs >= 25 && stream.jitterMs < stream.intervalMs, JSON.stringify(stream));
  assert.deepEqual([stream.sizes, stream.recurring], [1, 0], JSON.stringify(stream));
  assert.equal(await journey.page.locator('body > iframe, html > iframe').count(), 0);
  assert.deepEqual(journey.pageErrors, []);

  assert.equal(light.outcome, 'shown');
  assert.equal(light.shown.length, 6);
  const lit = audit.filter(({ phase }) => phase === 'light');
  assert.deepEqual(
    lit.map(({ code }) => code),
    light.shown.map(({ color }) => color),
  );
  for (const [index, { from, until }] of light.shown.entries()) {
    assert.ok(until - from >= 400, 'within the flash limit');
    assert.ok(from >= (light.shown[index - 1]?.until ?? nearImageTime) && lit[index].time <= until);
  }
  // A video does not reflect the colours. That lowers the score a little, and it still passes.
  const { score } = await journey.result();
  assert.ok(score >= 50, `score ${score}`);
});

test('a looped video is noticed by its recurring frames, and still passes', async (t) => {
  const journey = await openJourney(t, { scenario: 'far_to_near_looped', options: { language: 'en' } });
  const { stream } = (await manifestOf(journey)).device;
  assert.ok(stream.recurring >= 3, JSON.stringify(stream));
  const { score } = await journey.result();
  assert.ok(score >= 50, `score ${score}`);
});

test('a canvas as the camera and replaced functions are noticed, and still pass', async (t) => {
  const settings = { lightChallenge: 'offered' };
  const journey = await openJourney(t, { scenario: null, settings, options: { language: 'en' } });
  await journey.page.emulateMedia({ reducedMotion: 'reduce' });
  const [width, height] = SHAPES.portrait;
  const url = new URL('scenario.mjpeg', journey.session.url).href;
  const path = await scenarioVideo('far_to_near');
  await journey.page.route(url, (route) => route.fulfill({ path, contentType: 'video/x-motion-jpeg' }));
  await journey.page.addInitScript(playCanvasCamera, { url, fps: FPS, width, height });
  const { device, light } = await manifestOf(journey);
  const { signs } = device;
  assert.deepEqual(light, { outcome: 'skipped', shown: [] }, 'no colours with reduced motion');
  assert.ok(signs.includes('made_track') && signs.includes('replaced_function'), signs.join());
  assert.ok((await journey.result()).score >= 50);
});
