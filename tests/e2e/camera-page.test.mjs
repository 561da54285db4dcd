// The camera page with the engine: what the browser asks, pictures that are taken, and the pause.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** Opens a browser with a camera that shows no face, and serves the page without a service. */
async function openPage(t) {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  return { page: await browser.newPage(), url: server.url };
}

/** Runs before the page: records every state of the camera page, and every vibration. */
function recordStates() {
  globalThis.states = [];
  globalThis.vibrations = [];
  Navigator.prototype.vibrate = (pattern) => {
    globalThis.vibrations.push(pattern);
    return true;
  };
  const poll = () => {
    const { page } = document.querySelector('nearfar-journey') ?? {};
    const last = globalThis.states[globalThis.states.length - 1];
    if (page?.state && page.state !== last) globalThis.states.push(page.state);
    requestAnimationFrame(poll);
  };
  poll();
}

test('a permission that was given before: the browser’s question is not explained', async (t) => {
  const { page, url } = await openPage(t);
  await page.addInitScript(recordStates);
  await page.addInitScript(() => {
    Permissions.prototype.query = async () => ({ state: 'granted' });
    const { getUserMedia } = MediaDevices.prototype;
    // Longer than the page waits for a prompt.
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      await new Promise((done) => setTimeout(done, 1_500));
      return getUserMedia.call(this, constraints);
    };
  });
  await openScreen(page, url, 'camera', 'en_US');
  assert.deepEqual(await page.evaluate(() => globalThis.states), ['starting', 'live']);
});

test('a question that is open: the page explains it, then shows the picture', async (t) => {
  const { page, url } = await openPage(t);
  await page.addInitScript(recordStates);
  await page.addInitScript(() => {
    Permissions.prototype.query = async () => ({ state: 'prompt' });
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      await new Promise((done) => {
        globalThis.allow = done;
      });
      return getUserMedia.call(this, constraints);
    };
  });
  const opened = openScreen(page, url, 'camera', 'en_US');
  await page.getByRole('heading', { name: 'Allow camera access' }).waitFor();
  const drawing = await page.locator('.window').textContent();
  assert.ok(drawing.includes(`${new URL(url).host} wants to use your camera`), drawing);
  // The picture is not to be seen yet.
  assert.equal(await page.locator('.stage').evaluate((stage) => getComputedStyle(stage).opacity), '0');
  await page.evaluate(() => globalThis.allow());
  await opened;
  assert.deepEqual(await page.evaluate(() => globalThis.states), ['starting', 'asking', 'starting', 'live']);
  await page.locator('.window').waitFor({ state: 'detached' });
});

test('"Cancel" works while the browser asks', async (t) => {
  const { page, url } = await openPage(t);
  await openScreen(page, url, 'camera_ask', 'en_US');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Quick face check' }).waitFor();
});

/** How long the stage may last in the tests of the pause, ms. */
const STAGE_LIMIT = 3_000;

test('a pause stops the time limit, and the page says so; without "more time" there is no such button', async (t) => {
  const { page, url } = await openPage(t);
  const options = { config: { session: { stageLimit: STAGE_LIMIT } } };
  await page.addInitScript(() => {
    sessionStorage.setItem('nearfar-more-time', '1');
    globalThis.events = [];
    for (const name of ['paused', 'resumed', 'finished'])
      document.addEventListener(`nearfar:${name}`, () => globalThis.events.push(name));
  });
  await openScreen(page, url, 'camera', 'en_US', undefined, options);
  const events = () => page.evaluate(() => globalThis.events.join());
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.instruction', { hasText: 'Paused. Take your time.' }).waitFor();
  await page.locator('[aria-live]', { hasText: 'Paused. Take your time.' }).waitFor({ state: 'attached' });
  await page.waitForFunction(() => globalThis.events.includes('paused'), null, { polling: 50 });
  // Hidden and shown again meanwhile, it stays paused.
  const show = (display) =>
    page.evaluate((display) => {
      document.querySelector('nearfar-journey').style.display = display;
    }, display);
  await show('none');
  await page.waitForTimeout(300);
  await show('');
  await page.waitForTimeout(1.5 * STAGE_LIMIT);
  assert.equal(await events(), 'paused');
  await page.locator('.instruction', { hasText: 'Paused. Take your time.' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForFunction(() => globalThis.events.includes('resumed'), null, { polling: 50 });
  await page.locator('.instruction:not(:empty)', { hasNotText: 'Paused' }).waitFor();
  await page.getByRole('heading', { name: 'Time ran out' }).waitFor();

  const { page: other, url: again } = await openPage(t);
  await openScreen(other, again, 'camera', 'en_US');
  assert.equal(await other.getByRole('button', { name: 'Pause' }).count(), 0);
});

test('the steps are counted, and each picture is felt', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(recordStates);
  await page.addInitScript(() => {
    globalThis.steps = [];
    const poll = () => {
      const { page } = document.querySelector('nearfar-journey') ?? {};
      const text = page?.step ? `${page.step.step}/${page.step.count}` : '';
      if (text && text !== globalThis.steps[globalThis.steps.length - 1]) globalThis.steps.push(text);
      requestAnimationFrame(poll);
    };
    poll();
  });
  await open();
  await button('Start camera').click();
  await page.locator('.step', { hasText: '1 of 2' }).waitFor();
  await heading('You’re all set').waitFor();
  const [steps, vibrations] = await page.evaluate(() => [globalThis.steps, globalThis.vibrations]);
  // A restart begins again.
  assert.equal(steps[0], '1/2');
  assert.equal(steps.at(-1), '2/2');
  assert.deepEqual([...new Set(vibrations)], [30]);
  assert.ok(vibrations.length >= 2, `${vibrations}`);
});
