// The page without storage: in another site's frame, with blocked cookies, with a full disk.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { address, LONG_STAGES, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney } from '../testkit/page/journey.mjs';

/** Serves a page of another site than localhost, with a frame that shows `src`. */
async function otherSite(t) {
  const shown = { src: '' };
  const server = createServer((_, response) => {
    const src = shown.src.replaceAll('&', '&amp;').replaceAll('"', '%22');
    const frame = `<iframe width="420" height="760" allow="camera; autoplay" src="${src}"></iframe>`;
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>shop</title>${frame}`);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => server.close(done)));
  return { shown, origin: `http://127.0.0.1:${server.address().port}` };
}

/** Runs in the page: the names of the errors that reading these globals throws. */
function accessErrors(names) {
  const read = (name) => {
    try {
      void globalThis[name].length;
      return null;
    } catch (error) {
      return error.name;
    }
  };
  return names.map(read);
}

const BLOCKED = {
  'third-party storage is blocked': { profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } },
  'all cookies are blocked': { profile: { default_content_setting_values: { cookies: 2 } } },
};

for (const [what, preferences] of Object.entries(BLOCKED))
  test(`framed by another site, and ${what}: the whole journey passes, also after a reload`, async (t) => {
    const { shown, origin } = await otherSite(t);
    const settings = { frameAncestors: [origin], messageOrigins: [origin] };
    const { page, session, result } = await openJourney(t, { settings, chromium: { preferences } });
    shown.src = address(session.url, { language: 'en', constraints: wholeVideo('portrait'), config: LONG_STAGES });
    await page.goto(origin);
    const inner = page.frameLocator('iframe');
    const start = inner.getByRole('button', { name: 'Start camera' });
    await start.waitFor();
    const frame = page.frames().find((frame) => frame.url().startsWith(new URL(session.url).origin));
    assert.deepEqual(await frame.evaluate(accessErrors, ['sessionStorage', 'localStorage']), [
      'SecurityError',
      'SecurityError',
    ]);
    // Settings still survive a reload.
    await inner.getByText('Accessibility').click();
    await inner.getByLabel('Vibrate with each instruction').check();
    await frame.evaluate(() => location.reload());
    await start.waitFor();
    await inner.getByText('Accessibility').click();
    assert.ok(await inner.getByLabel('Vibrate with each instruction').isChecked());
    await start.click();
    await inner.getByRole('heading', { name: 'You’re all set' }).waitFor();
    assert.ok((await result()).score >= 50);
  });

/** Runs before the page: makes storage full, missing or blocked. */
function breakStorage(how) {
  const fail = (name) => () => {
    throw new DOMException('refused', name);
  };
  if (how === 'full') Storage.prototype.setItem = fail('QuotaExceededError');
  if (how === 'gone') for (const name of ['sessionStorage', 'localStorage']) delete globalThis[name];
  if (how !== 'blocked') return;
  for (const name of ['sessionStorage', 'localStorage', 'indexedDB', 'caches'])
    Object.defineProperty(globalThis, name, { get: fail('SecurityError') });
  Object.defineProperty(Document.prototype, 'cookie', { get: fail('SecurityError'), set: fail('SecurityError') });
}

for (const how of ['full', 'gone', 'blocked'])
  test(`storage that is ${how} prevents neither the handoff nor a reload`, async (t) => {
    const settings = { crossDevice: true };
    const devices = { devices: 'device-count=0' };
    const first = await openJourney(t, { settings, scenario: null, chromium: devices, options: { language: 'en' } });
    await first.page.addInitScript(breakStorage, how);
    const field = first.page.getByLabel('Link for the other device');
    const requestLink = async () => {
      await first.button('Start camera').click();
      await first.button('Continue on another device').click();
      await first.page.locator('svg.code').waitFor();
      return field.inputValue();
    };
    await first.open();
    const link = await requestLink();
    // The service returns the link only once, so a reload must find it.
    await first.page.reload();
    assert.equal(await requestLink(), link);
    const second = await first.browser.newPage();
    await second.addInitScript(breakStorage, how);
    await second.goto(link);
    const wait = second.getByRole('heading', { name: 'Check your first device' });
    await wait.waitFor();
    assert.ok(!second.url().includes(link.split('#')[1]), 'the secret is removed from the URL');
    await second.reload();
    await wait.waitFor();
    // Opening the same link again in the same tab changes only the fragment.
    const opened = second.waitForRequest(/\/handoff\/claim$/);
    await second.goto(link);
    await opened;
    await wait.waitFor();
    await first.heading('Do you see this number?').waitFor();
  });
