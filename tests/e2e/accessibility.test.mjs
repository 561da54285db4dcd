// The journey with the keyboard only, and with speech, vibration and screen readers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { assertHeadingFocused, focused, tabOrder, tabTo } from '../testkit/page/keyboard.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

test('to another device and back with the keyboard only', async (t) => {
  const settings = { crossDevice: true };
  const chromium = { devices: 'device-count=0' };
  const { page, open, button } = await openJourney(t, {
    settings,
    scenario: null,
    chromium,
    options: { language: 'en' },
  });
  await open();
  await assertHeadingFocused(page, 'Quick face check');
  await tabTo(page, 'Start camera');
  await page.keyboard.press('Enter');
  await assertHeadingFocused(page, 'The camera isn’t working');
  await tabTo(page, 'Continue on another device');
  await page.keyboard.press('Enter');
  await assertHeadingFocused(page, 'Continue on another device');
  await page.locator('svg.code').waitFor();
  assert.deepEqual(await tabOrder(page), ['Link for the other device', 'Copy link', 'Stay on this device']);
  await tabTo(page, 'Copy link');
  await page.keyboard.press('Enter');
  await button('Copied').waitFor();
  await tabTo(page, 'Stay on this device');
  await page.keyboard.press('Space');
  await assertHeadingFocused(page, 'Quick face check');
});

/**
 * Runs before the page: records what is spoken, each vibration and each text of the live region, in `globalThis.heard`.
 * Voices become available only later, as in real browsers.
 */
function recordOutput() {
  const synthesis = window.speechSynthesis;
  globalThis.heard = { spoken: [], vibrations: 0, live: [] };
  let voices = [];
  synthesis.getVoices = () => voices;
  synthesis.speak = ({ text, lang }) => globalThis.heard.spoken.push(`${lang}: ${text}`);
  globalThis.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };
  Navigator.prototype.vibrate = () => {
    globalThis.heard.vibrations += 1;
    return true;
  };
  globalThis.loadVoices = () => {
    voices = [
      { lang: 'en-GB', localService: false },
      { lang: 'en-US', localService: true },
    ];
    synthesis.dispatchEvent(new Event('voiceschanged'));
  };
  globalThis.watchLive = () => {
    const region = document.querySelector('nearfar-journey').renderRoot.querySelector('[aria-live]');
    const note = () => region.textContent && globalThis.heard.live.push(region.textContent);
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
  };
}

test('instructions are spoken and vibrate on request; the live region gets no more than is spoken', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(recordOutput);
  await open();
  await heading('Quick face check').waitFor();
  await page.evaluate(() => globalThis.watchLive());
  const heard = () => page.evaluate(() => globalThis.heard);
  const keepsStill = page.locator('.instruction', { hasText: 'Hold still' });
  await button('Start camera').click();
  await keepsStill.waitFor();
  await button('Cancel').click();
  assert.deepEqual([(await heard()).spoken, (await heard()).vibrations], [[], 0], 'off by default');

  await page.getByText('Accessibility').click();
  await page.evaluate(() => globalThis.loadVoices());
  await page.getByLabel('Read instructions aloud').check();
  await page.getByLabel('Vibrate with each instruction').check();
  const before = (await heard()).live.length;
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  const { spoken, vibrations, live } = await heard();
  assert.equal(vibrations, spoken.length);
  for (const text of ['Perfect. Hold still.', 'First photo taken. Now move closer.'])
    assert.ok(spoken.includes(`en-US: ${text}`), text);
  // The steps of sending and checking are for screen readers only.
  const steps = ['Checking your photos…'];
  const texts = live
    .slice(before)
    .filter((text) => !steps.includes(text))
    .map((text) => `en-US: ${text}`);
  assert.ok(texts.length > 0);
  assert.ok(texts.length <= spoken.length);
  for (const text of texts) assert.ok(spoken.includes(text), text);
  // Announcements that were pending when the page changed are dropped.
  await page.locator('[aria-live]:empty').waitFor({ state: 'attached' });
});

/** Opens a browser and serves the page, without a service. */
async function openPage(t) {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  return { page: await browser.newPage(), url: server.url };
}

test('Escape acts like "Cancel" unless another element has the focus', async (t) => {
  const { page, url } = await openPage(t);
  await openScreen(page, url, 'camera', 'en_US');
  await page.evaluate(() => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
  });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('Escape');
  await assertHeadingFocused(page, 'Quick face check');
  // On a page without a way back it does nothing.
  await page.keyboard.press('Escape');
  await tabTo(page, 'Start camera');
  await page.keyboard.press('Enter');
  await assertHeadingFocused(page, 'Face verification');
  await page.keyboard.press('Escape');
  await assertHeadingFocused(page, 'Quick face check');
});

test('Escape leaves the photo page', async (t) => {
  const { page, url } = await openPage(t);
  await openScreen(page, url, 'photo', 'en_US');
  await page.keyboard.press('Escape');
  await assertHeadingFocused(page, 'Quick face check');
});

test('Escape does not leave the comparison of numbers, which has no way back, and acts like "Cancel" during a wait', async (t) => {
  const { page, url } = await openPage(t);
  await openScreen(page, url, 'compare', 'en_US');
  const same = page.getByRole('button', { name: 'Yes, it shows 42' });
  await same.waitFor();
  await page.keyboard.press('Escape');
  const confirmed = page.waitForRequest(/\/handoff\/link\/confirm$/);
  await same.click();
  await confirmed;
  const { page: other, url: again } = await openPage(t);
  await openScreen(other, again, 'tips', 'en_US');
  await other.route('**/api/v1/attempts', (route) => route.fulfill({ status: 503, body: '' }));
  await tabTo(other, 'Start camera');
  await other.keyboard.press('Enter');
  await other.getByRole('button', { name: 'Try now' }).waitFor();
  await other.keyboard.press('Escape');
  await assertHeadingFocused(other, 'Quick face check');
});

test('"Stay on this page" stops the countdown, and a button continues', async (t) => {
  const { page, url } = await openPage(t);
  await page.clock.install();
  await page.route(`${SHOP}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>shop</title>' }));
  await openScreen(page, url, 'success', 'en_US', {});
  await page.getByText(/Continuing in \d seconds/).waitFor();
  await tabTo(page, 'Stay on this page');
  await page.keyboard.press('Enter');
  await page.getByText(/Continuing in/).waitFor({ state: 'detached' });
  assert.equal((await page.evaluate(focused)).name, 'Continue', 'the focus is not lost with the button');
  await page.clock.runFor(60_000);
  await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`${SHOP}**`);
});

test('the countdown leads to the return address', async (t) => {
  const { page, url } = await openPage(t);
  await page.clock.install();
  await page.route(`${SHOP}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>shop</title>' }));
  await openScreen(page, url, 'success', 'en_US', {});
  await page.getByText(/Continuing in \d seconds/).waitFor();
  await page.clock.runFor(6_000);
  await page.waitForURL(`${SHOP}**`);
});
