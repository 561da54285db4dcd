// `embed`: the hosted page in a frame of an integrator's page, and the messages that it accepts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, wholeVideo } from '../testkit/page/capture.mjs';
import { SHOP } from '../testkit/page/journey.mjs';
import { openShop } from './lib/open.mjs';

const embedPage = (page, url) =>
  page.evaluate(async (url) => {
    const { embed } = await import('nearfar');
    globalThis.results = [];
    const record = (name) => (message) => globalThis.results.push({ name, ...message });
    globalThis.embedded = embed(document.body, { url, onSuccess: record('success'), onFailure: record('failure') });
  }, url);
const results = (page) => page.evaluate(() => globalThis.results);

test('the framed page gets the camera, and its result arrives', async (t) => {
  const tokenRequest = { returnUrl: `${SHOP}?isLivenessIframe=true` };
  const shop = await openShop(t, { needsService: true, tokenRequest, framed: true });
  const { page, session, site } = shop;
  await embedPage(page, address(session.url, { language: 'en', constraints: wholeVideo('portrait') }));
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start camera' }).click();
  await frame.getByRole('button', { name: 'Continue' }).click();
  await page.waitForFunction(() => globalThis.results.length > 0);
  assert.deepEqual(await results(page), [{ name: 'success', info: 'successNext', signatureId: session.signatureId }]);
  assert.equal(new URL(page.url()).origin, new URL(site.url).origin);
  await page.evaluate(() => globalThis.embedded.destroy());
  assert.equal(await page.locator('iframe').count(), 0);
});

test('messages from another origin, another window or in another format are ignored', async (t) => {
  const { page, site } = await openShop(t, { scenario: null });
  const message = JSON.stringify({ info: 'successNext', signatureId: 'forged' });
  // A page in the frame that sends a message: its window is the right one.
  const pageInFrame = (data) => `<!doctype html><script>parent.postMessage(${JSON.stringify(data)}, '*')</script>`;
  await page.route('http://attacker.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: pageInFrame(message) }),
  );
  await page.route('**/frame-*', (route) => {
    const data = route.request().url().includes('frame-right') ? message : '{"info":"successNext"}';
    return route.fulfill({ contentType: 'text/html', body: pageInFrame(data) });
  });
  const allowed = { 'content-security-policy': "default-src * 'unsafe-inline'" };
  await page.route(site.url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...allowed } });
  });
  await page.goto(site.url);

  await embedPage(page, `${site.url}frame-right`);
  await page.waitForFunction(() => globalThis.results.length === 1);

  await embedPage(page, `${site.url}frame-wrong`);
  await page.evaluate((message) => {
    globalThis.arrived = [];
    addEventListener('message', ({ origin }) => globalThis.arrived.push(origin));
    postMessage(message, '*');
    // The right frame navigates away: its origin is no longer the page's.
    globalThis.embedded.iframe.src = 'http://attacker.test/';
  }, message);
  await page.waitForFunction(
    () => globalThis.arrived.includes('http://attacker.test') && globalThis.arrived.length > 1,
  );
  assert.deepEqual(await results(page), []);
});

test('a URL that is not http or https is refused', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  const refused = await page.evaluate(async () => {
    const { embed } = await import('nearfar');
    const errorName = (url) => {
      try {
        embed(document.body, { url });
        return 'framed';
      } catch ({ name }) {
        return name;
      }
    };
    return ['javascript:alert(1)', 'data:text/html,x', 'http://'].map(errorName);
  });
  assert.deepEqual(refused, ['TypeError', 'TypeError', 'TypeError']);
  assert.equal(await page.locator('iframe').count(), 0);
});
