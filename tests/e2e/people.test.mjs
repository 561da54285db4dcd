// Five people at a check, each to the verdict of the real service: with a phone, from a computer to a phone, with the
// keyboard alone, with a screen reader, and with text of twice the size.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { overflowing, unreachable } from '../testkit/page/accessibility.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { assertHeadingFocused, tabOrder, tabTo } from '../testkit/page/keyboard.mjs';
import { scanCode } from '../testkit/page/scan-code.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';

const PHONE = { viewport: viewport('portrait'), hasTouch: true, isMobile: true };
const COMPUTER = { viewport: { width: 1280, height: 800 } };
/** Twice the browsers' default font size, px. */
const LARGE = 32;

/** What a screen reader finds on the start page, in this order. */
const START_TREE = `
- main:
  - checkbox "Pause"
  - heading "Quick face check" [level=1]
  - paragraph: "We’ll take two photos of your face: one at a distance and one up close. It only takes a few seconds."
  - list:
    - listitem: Face a window or a lamp
    - listitem: Take off sunglasses, a mask or a hat
    - listitem: Keep the camera at eye level
  - paragraph: The photos are used to confirm that a real person is here.
  - group: Accessibility
  - button "Start camera"`;
/** The same on the camera page: the heading, the instruction, a hint or none, the step, and the way back. */
const CAMERA_TREE = new RegExp(
  [
    '^- main:',
    '  - heading "Face verification" \\[level=1\\]',
    '  - paragraph: Hold still',
    '(  - paragraph: Line up your face with the oval. The photo is taken for you.',
    ')?  - paragraph: 1 of 2',
    '  - button "Cancel"$',
  ].join('\n'),
);
/** And on the result page. */
const RESULT_TREE = new RegExp(
  [
    '^- main:',
    '  - heading "You’re all set" \\[level=1\\]',
    '  - paragraph: Your face check is complete.',
    '  - button "Continue"',
    '  - paragraph: Continuing in \\d seconds?',
    '  - button "Stay on this page"$',
  ].join('\n'),
);

/** Asserts that the session's result at the service is a pass. */
async function assertPassed({ result, pageErrors }) {
  const { score } = await result();
  assert.ok(score >= 50, `score ${score}`);
  assert.deepEqual(pageErrors, []);
}

test('a first visit on a phone: one tap, two photos, and back to the shop', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' }, device: PHONE });
  const { page, open, button, heading } = journey;
  await open();
  await heading('Quick face check').waitFor();
  // A phone needs no other one.
  assert.equal(await page.locator('svg.code').count(), 0);
  await button('Start camera').tap();
  await heading('You’re all set').waitFor();
  await button('Continue').tap();
  await page.waitForURL(SHOP);
  await assertPassed(journey);
});

test('from a computer to a phone: the code is there from the start', async (t) => {
  const settings = { crossDevice: 'offer' };
  const journey = await openJourney(t, { options: { language: 'en' }, device: COMPUTER, settings });
  const { page, open, button, heading } = journey;
  await open();
  await heading('Quick face check').waitFor();
  await page.getByText('Continue on your phone').waitFor();
  await page.locator('svg.code').waitFor();
  const link = await scanCode(page);
  const browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  t.after(() => browser.close());
  const phone = await browser.newPage(PHONE);
  await phone.goto(address(link, { constraints: wholeVideo('portrait'), config: LONG_STAGES }));
  await phone.getByRole('heading', { name: 'Check your first device' }).waitFor();
  const number = (await phone.locator('.number').textContent()).trim();
  await button(`Yes, it shows ${number}`).click();
  await heading('Continue on your other device').waitFor();
  await phone.getByRole('button', { name: 'Start camera' }).tap();
  await phone.getByRole('heading', { name: 'Verification completed' }).waitFor();
  await heading('You’re all set').waitFor();
  await button('Continue').click();
  await page.waitForURL(SHOP);
  await assertPassed(journey);
});

test('the whole journey with the keyboard only', async (t) => {
  const { page, open } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(() => {
    const enumerate = MediaDevices.prototype.enumerateDevices;
    MediaDevices.prototype.enumerateDevices = async function () {
      const other = { kind: 'videoinput', deviceId: 'other', label: 'Other Camera', groupId: '' };
      return [...(await enumerate.call(this)), other];
    };
  });
  await open();
  await assertHeadingFocused(page, 'Quick face check');
  // The drawing above the heading can be paused: that is one step back from the heading.
  assert.deepEqual(await tabOrder(page), ['Accessibility', 'Start camera']);
  await tabTo(page, 'Start camera');
  await page.keyboard.press('Enter');
  await assertHeadingFocused(page, 'Face verification');
  const choice = page.getByRole('combobox', { name: 'Choose a camera' });
  await choice.waitFor();
  await tabTo(page, 'Choose a camera');
  await page.keyboard.press('ArrowDown');
  assert.equal(await choice.inputValue(), 'other');
  await tabTo(page, 'Cancel');
  await page.keyboard.press('Space');
  await assertHeadingFocused(page, 'Quick face check');
  await tabTo(page, 'Start camera');
  await page.keyboard.press('Space');
  await assertHeadingFocused(page, 'You’re all set');
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await page.waitForURL(SHOP);
});

/** Runs before the page: notes each text of the live region, in `globalThis.announced`. */
function noteAnnouncements() {
  globalThis.announced = [];
  document.addEventListener('nearfar:page', () => {
    if (globalThis.region) return;
    globalThis.region = document.querySelector('nearfar-journey').renderRoot.querySelector('[aria-live]');
    const note = () => globalThis.region.textContent && globalThis.announced.push(globalThis.region.textContent);
    new MutationObserver(note).observe(globalThis.region, { childList: true, characterData: true, subtree: true });
  });
}

test('with a screen reader: every page has a heading, a text and named controls, and instructions are announced', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading } = journey;
  await page.addInitScript(noteAnnouncements);
  await open();
  await heading('Quick face check').waitFor();
  const tree = () => page.locator('nearfar-journey main').ariaSnapshot();
  assert.equal(await tree(), START_TREE.trim());
  await button('Start camera').click();
  await page.locator('.instruction', { hasText: 'Hold still' }).waitFor();
  assert.match(await tree(), CAMERA_TREE);
  await heading('You’re all set').waitFor();
  assert.match(await tree(), RESULT_TREE);
  const announced = await page.evaluate(() => globalThis.announced);
  // One in two seconds: "First photo taken" may give way to the instruction that follows it.
  assert.deepEqual(
    announced.filter((text) => /Hold still|closer/.test(text)).map((text) => (/still/.test(text) ? 'still' : 'closer')),
    ['still', 'closer', 'still'],
    announced.join(' | '),
  );
  await button('Continue').click();
  await page.waitForURL(SHOP);
  await assertPassed(journey);
});

test('with text of twice the size: every page of the journey can be read and used', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' }, device: PHONE });
  const { page, open, button, heading } = journey;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setFontSizes', { fontSizes: { standard: LARGE, fixed: LARGE } });
  const problems = async () => [...(await page.evaluate(overflowing)), ...(await page.evaluate(unreachable))];
  await open();
  await heading('Quick face check').waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), `${LARGE}px`);
  assert.deepEqual(await problems(), []);
  await button('Start camera').tap();
  await page.locator('.instruction', { hasText: 'Hold still' }).waitFor();
  assert.deepEqual(await page.evaluate(overflowing), []);
  await heading('You’re all set').waitFor();
  await button('Stay on this page').tap();
  assert.deepEqual(await problems(), []);
  await button('Continue').tap();
  await page.waitForURL(SHOP);
  await assertPassed(journey);
});
