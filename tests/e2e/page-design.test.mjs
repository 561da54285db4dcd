// The design of the pages: motion, the sticky button, the template of notices, logo, privacy link, and test mode.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

const SMALL = { width: 320, height: 568 };
const PICTURES = 'https://pictures.example/';

let server;
let browser;
before(async () => {
  server = await serve({ port: 0 });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a screen; closes it when the test ends. */
async function open(t, screen, { ui, ...options } = {}) {
  const page = await browser.newPage(options);
  t.after(() => page.close());
  await page.route(`${PICTURES}**`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg/>' }));
  await openScreen(page, server.url, screen, 'en_US', ui);
  return page;
}

/** Runs in the page: the names of the animations and transitions that run. */
const running = () => {
  const { renderRoot } = document.querySelector('nearfar-journey');
  return renderRoot.getAnimations().map((animation) => animation.animationName ?? animation.transitionProperty);
};

for (const screen of ['tips', 'scoring', 'success', 'retry', 'timeout', 'waiting'])
  test(`${screen}: with reduced motion nothing moves`, async (t) => {
    const still = await open(t, screen, { reducedMotion: 'reduce' });
    assert.deepEqual(await still.evaluate(running), []);
  });

test('otherwise the start page shows how a face comes nearer, and a box pauses it', async (t) => {
  const page = await open(t, 'tips');
  assert.deepEqual([...new Set(await page.evaluate(running))].sort(), [
    'first-done',
    'frame-size',
    'person-size',
    'ring-fill',
    'second-done',
  ]);
  await page.getByRole('checkbox', { name: 'Pause' }).check();
  const states = await page.evaluate(() =>
    document
      .querySelector('nearfar-journey')
      .renderRoot.getAnimations()
      .map(({ playState }) => playState),
  );
  assert.ok(states.length > 0 && states.every((state) => state === 'paused'), states.join());
});

/** Runs in the page: texts and controls that the sticky button covers once they are scrolled to. */
function covered() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const bar = renderRoot.querySelector('.sticky');
  const others = [...renderRoot.querySelectorAll('h1, p, li, summary, label, a, .main input')].filter(
    (element) => !bar.contains(element) && element.checkVisibility() && element.getBoundingClientRect().width > 1,
  );
  const found = others.filter((element) => {
    element.scrollIntoView({ block: 'nearest' });
    return element.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 0.5;
  });
  scrollTo(0, 0);
  return { count: others.length, found: found.map((element) => element.textContent.trim()) };
}

test('the start button stays in view at 320 px and covers nothing that is scrolled or tabbed to', async (t) => {
  const ui = { privacyLink: 'https://shop.example/privacy' };
  const page = await open(t, 'tips', { viewport: SMALL, ui });
  const button = page.getByRole('button', { name: 'Start camera' });
  const isInView = async () => {
    const { y, height } = await button.boundingBox();
    return y >= 0 && y + height <= SMALL.height;
  };
  assert.ok(await isInView(), 'at the top');
  const { count, found } = await page.evaluate(covered);
  assert.ok(count >= 10, `${count} texts`);
  assert.deepEqual(found, []);
  for (const name of ['How your data is used', 'I’m sensitive to flashing light. Leave out the colors.']) {
    const focused = name.startsWith('How') ? page.getByRole('link', { name }) : page.getByRole('checkbox', { name });
    await focused.focus();
    const [box, bar] = [await focused.boundingBox(), await button.boundingBox()];
    assert.ok(box.y + box.height <= bar.y, `${name} is above the button`);
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  assert.ok(await isInView(), 'at the end');
});

test('a notice has one main button and at most one other; further choices are links', async (t) => {
  for (const screen of ['timeout', 'denied', 'no_camera', 'busy', 'expired', 'unknown', 'service_error', 'verified']) {
    const page = await open(t, screen);
    const looks = await page.locator('.buttons > button').evaluateAll((all) => all.map((button) => button.className));
    assert.ok(looks.length <= 2, `${screen}: ${looks.length} buttons`);
    assert.deepEqual(
      looks.slice(1),
      looks.slice(1).map(() => 'quiet'),
      screen,
    );
    assert.equal(await page.locator('.icon').count(), 1, `${screen}: an icon`);
  }
  const page = await open(t, 'no_camera');
  await page.evaluate(() => {
    const element = document.querySelector('nearfar-journey');
    const actions = ['try_again', 'handoff_offer', 'system_offer', 'more_time'].map((label) => ({
      label,
      act: () => document.body.setAttribute('data-acted', label),
    }));
    return element.show({ name: 'notice', notice: { title: 'trouble_title', text: 'no_camera_text', actions } });
  });
  assert.deepEqual(await page.locator('.buttons > button').allTextContents(), [
    'Try again',
    'Continue on another device',
  ]);
  assert.deepEqual(await page.locator('.links > button').allTextContents(), [
    'Take photos instead',
    'Try with more time',
  ]);
  await page.getByRole('button', { name: 'Try with more time' }).click();
  assert.equal(await page.locator('body').getAttribute('data-acted'), 'more_time');
});

test('a code shows only under "Details"', async (t) => {
  for (const [screen, code] of [
    ['denied', 'permission_denied'],
    ['no_camera', 'no_camera'],
    ['service_error', 'ERROR'],
    ['unknown', 'IAM_FAILED'],
  ]) {
    const page = await open(t, screen);
    const line = page.getByText(`Error code: ${code}`);
    assert.equal(await line.isVisible(), false, screen);
    await page.getByText('Details').click();
    await line.waitFor();
  }
});

test('every kind of notice has its own icon, and a configured one replaces it', async (t) => {
  const paths = new Map();
  for (const screen of ['denied', 'timeout', 'unknown', 'service_error', 'verified']) {
    const page = await open(t, screen);
    paths.set(await page.locator('.icon path').getAttribute('d'), screen);
  }
  assert.equal(paths.size, 5, [...paths.values()].join());
  const link = `${PICTURES}clock.svg`;
  const page = await open(t, 'timeout', { ui: { mobileTimeoutPage: { iconLink: link } } });
  assert.equal(await page.locator('img.icon').getAttribute('src'), link);
  assert.equal(await page.locator('svg.icon').count(), 0);
});

test('the privacy link opens in a new tab and says so; an address of another kind is no link', async (t) => {
  const href = 'https://shop.example/privacy?a=1#top';
  const page = await open(t, 'tips', { ui: { privacyLink: href } });
  const link = page.getByRole('link', { name: 'How your data is used (opens in a new tab)' });
  assert.equal(await link.getAttribute('href'), href);
  assert.equal(await link.getAttribute('target'), '_blank');
  assert.equal(await link.getAttribute('rel'), 'noopener');
  for (const ui of [{}, { privacyLink: 'javascript:alert(1)' }, { privacyLink: 'privacy.html' }, { privacyLink: 7 }]) {
    const other = await open(t, 'tips', { ui });
    await other.getByText('The photos and the video are used to confirm').waitFor();
    assert.equal(await other.getByRole('link').count(), 0, JSON.stringify(ui));
  }
});

test('the logo is at the top of every page but the camera’s', async (t) => {
  const logoLink = `${PICTURES}logo.svg`;
  for (const screen of ['loading', 'tips', 'scoring', 'timeout', 'success', 'compare', 'photo', 'consent']) {
    const page = await open(t, screen, { ui: { logoLink } });
    const logo = page.locator(`img[src="${logoLink}"]`);
    const [box, heading] = [await logo.boundingBox(), await page.getByRole('heading').first().boundingBox()];
    assert.ok(box && box.y + box.height <= heading.y, screen);
  }
  const page = await open(t, 'camera_ask', { ui: { logoLink } });
  assert.equal(await page.locator(`img[src="${logoLink}"]`).count(), 0);
  const other = await open(t, 'tips', { ui: { logoLink: 'javascript:alert(1)' } });
  assert.equal(await other.locator('.brand img').count(), 0);
});

test('a sandbox session is marked as a test', async (t) => {
  for (const name of ['sandbox', 'sandbox_result']) {
    const page = await open(t, name);
    await page.getByText('Test mode: this is not a real check.').waitFor();
  }
  const other = await open(t, 'tips');
  assert.equal(await other.getByText('Test mode').count(), 0);
});

test('the progress of an upload is a progress bar, and the wait for the result has no share', async (t) => {
  const page = await open(t, 'scoring', { reducedMotion: 'reduce' });
  const bar = page.getByRole('progressbar', { name: 'Checking your photos…' });
  assert.equal(await bar.getAttribute('aria-valuenow'), null);
  await page.getByText('This usually takes a few seconds.').waitFor();
  await page.evaluate(() => {
    const element = document.querySelector('nearfar-journey');
    return element.show({ ...element.page, title: 'Sending your photos', share: 0.4 });
  });
  const sending = page.getByRole('progressbar', { name: 'Sending your photos' });
  assert.equal(await sending.getAttribute('aria-valuenow'), '40');
  const dashes = await sending.locator('.arc').evaluate((arc) => getComputedStyle(arc).strokeDasharray);
  assert.match(dashes, /^40(px)?, 100(px)?$/);
});
