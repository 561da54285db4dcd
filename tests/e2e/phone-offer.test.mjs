// A computer's start page offers the phone: beside the tips, or before them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { captureCount, openJourney } from '../testkit/page/journey.mjs';
import { scanCode } from '../testkit/page/scan-code.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const linkField = ({ page }) => page.getByLabel('Link for the other device');

/** Waits until the panel shows a link other than `before`. */
async function nextLink(journey, before = '') {
  const field = linkField(journey);
  await field.waitFor();
  await field.evaluate(
    (input, value) => new Promise((done) => setInterval(() => input.value && input.value !== value && done(), 100)),
    before,
  );
  return field.inputValue();
}

/** Presses Tab until the focus is on the button with this name. */
async function tabTo(page, name) {
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent?.trim());
  for (let presses = 0; (await focused()) !== name; presses++) {
    assert.ok(presses < 20, `${name} is not reached by Tab`);
    await page.keyboard.press('Tab');
  }
}

test('desktop to phone by QR code from the start page; a reload keeps the link', async (t) => {
  const settings = { crossDevice: 'offer', multiDeviceFields: true };
  const first = await openJourney(t, { settings });
  await first.open({ language: 'en' });
  await first.heading('Continue on your phone').waitFor();
  await first.button('Start camera').waitFor();
  const link = await nextLink(first);
  assert.equal(await scanCode(first.page), link);
  await first.page.reload();
  assert.equal(await nextLink(first), link);
  await first.button('Copy link').click();
  await first.button('Copied').waitFor();

  const browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  t.after(() => browser.close());
  const second = await browser.newPage({ viewport: viewport('portrait') });
  await second.goto(address(link, { constraints: wholeVideo('portrait'), config: LONG_STAGES }));
  await second.getByRole('heading', { name: 'Check your first device' }).waitFor();
  const number = (await second.locator('.number').textContent()).trim();
  await first.heading('Do you see this number?').waitFor();
  await first.button(`Yes, it shows ${number}`).click();
  await first.heading('Continue on your other device').waitFor();
  await second.getByRole('button', { name: 'Start camera' }).click();
  await second.getByRole('heading', { name: 'Verification completed' }).waitFor({ timeout: 120_000 });
  await first.heading('You’re all set').waitFor({ timeout: 120_000 });
  const { score, multiDevice } = await first.result();
  assert.ok(score >= 50, `score ${score}`);
  assert.equal(multiDevice, true);
  assert.deepEqual(first.pageErrors, []);
});

test('the phone first, by keyboard alone: this computer, and a link that nobody opens does no harm', async (t) => {
  const journey = await openJourney(t, { settings: { crossDevice: 'first' } });
  const { page, open, button, heading } = journey;
  await open({ language: 'en' });
  await heading('Continue on your phone').waitFor();
  const link = await nextLink(journey);
  assert.equal(await button('Start camera').count(), 0);
  assert.equal(await heading('Quick face check').count(), 0);
  await tabTo(page, 'Use this computer');
  await page.keyboard.press('Enter');
  await heading('Quick face check').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent);
  assert.equal(await focused(), 'Quick face check');
  // The phone is still offered beside the tips, by the same link.
  assert.equal(await linkField(journey).inputValue(), link);
  await tabTo(page, 'Start camera');
  await page.keyboard.press('Enter');
  await button('Cancel').waitFor();
  await page.keyboard.press('Escape');
  // Nobody has opened the link, so it is still the one.
  await heading('Continue on your phone').waitFor();
  assert.equal(await nextLink(journey), link);
  await button('Use this computer').click();
  await button('Start camera').click();
  await heading('You’re all set').waitFor({ timeout: 120_000 });
  assert.ok((await journey.result()).score >= 50);
  const late = await journey.browser.newPage();
  await late.goto(address(link, { language: 'en' }));
  await late.getByRole('heading', { name: 'This check is finished' }).waitFor();
  assert.deepEqual(journey.pageErrors, []);
});

test('a computer without a camera leads to the phone at once', async (t) => {
  const settings = { crossDevice: 'offer' };
  const given = { settings, scenario: null, chromium: { devices: 'device-count=0' } };
  const journey = await openJourney(t, given);
  await journey.open({ language: 'en' });
  await journey.heading('Continue on your phone').waitFor();
  await nextLink(journey);
  await journey.button('Use this computer').click();
  await journey.heading('Quick face check').waitFor();
});

test('a device that opened the link while this one captured is confirmed after a cancel', async (t) => {
  const journey = await openJourney(t, { settings: { crossDevice: 'offer' }, scenario: 'too_far' });
  await journey.open({ language: 'en' });
  const link = await nextLink(journey);
  await journey.button('Start camera').click();
  await journey.button('Cancel').waitFor();
  const context = await journey.browser.newContext();
  const second = await context.newPage();
  await second.goto(address(link, { language: 'en' }));
  await second.getByRole('heading', { name: 'Check your first device' }).waitFor();
  await journey.button('Cancel').click();
  await journey.heading('Do you see this number?').waitFor();
  const number = (await second.locator('.number').textContent()).trim();
  await journey.button(`Yes, it shows ${number}`).click();
  await second.getByRole('button', { name: 'Start camera' }).waitFor();
  await journey.heading('Continue on your other device').waitFor();
  // The person stays here after all: the start page does not send them away again.
  await journey.button('Stay on this device').click();
  await journey.button('Start camera').waitFor();
  assert.equal(await linkField(journey).count(), 0);
});

test('an expired link is renewed while the page is visible; otherwise the person creates another one', async (t) => {
  const journey = await openJourney(t, {
    settings: { crossDevice: 'offer' },
    scenario: null,
    env: { NEARFAR_HANDOFF_SECONDS: '8' },
  });
  const { page, button } = journey;
  await journey.open({ language: 'en' });
  const one = await nextLink(journey);
  const two = await nextLink(journey, one);
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }));
  await page.getByText('This link has expired.').waitFor();
  await button('Create a new link').click();
  const three = await nextLink(journey, two);
  assert.equal(new Set([one, two, three]).size, 3);
});

test('after a cancel, a failed attempt or a file that did not load, another device is offered', async (t) => {
  // A growth that no capture reaches.
  const config = join(temporaryFolder(t), 'nearfar.toml');
  writeFileSync(config, '[limits]\nminGrowth = 3.0\n');
  const env = { NEARFAR_CONFIG: config };
  const journey = await openJourney(t, { settings: { crossDevice: 'fallback' }, env, tokenRequest: { tryCount: '2' } });
  const { page, open, button, heading } = journey;
  const offer = button('Continue on another device');
  await open({ language: 'en' });
  await button('Start camera').waitFor();
  assert.equal(await offer.count(), 0, 'nothing went wrong');
  await button('Start camera').click();
  await button('Cancel').click();
  await offer.click();
  await linkField(journey).waitFor();
  await button('Stay on this device').click();
  await button('Start camera').click();
  await heading('We couldn’t verify you').waitFor({ timeout: 120_000 });
  await offer.click();
  await linkField(journey).waitFor();

  await page.route('**/*.wasm', (route) => route.abort());
  await page.reload();
  await heading('The page didn’t load completely').waitFor({ timeout: 120_000 });
  await offer.click();
  await linkField(journey).waitFor();
});

test('a browser without WebAssembly leads to another device', async (t) => {
  const journey = await openJourney(t, { settings: { crossDevice: 'fallback' }, scenario: null });
  await journey.page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await journey.open({ language: 'en' });
  await journey.heading('Continue on another device').waitFor();
  await nextLink(journey);
  assert.equal(captureCount(journey), 0);
});
