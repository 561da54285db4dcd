// The effect of each attribute of <nearfar-liveness> that element.test.mjs does not cover.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { addElement, eventsOf, waitForEvent } from './lib/element.mjs';
import { openShop } from './lib/open.mjs';

const constraints = JSON.stringify(wholeVideo('portrait'));
const button = (page, name) => page.getByRole('button', { name });

/** Records the video constraints of camera requests in `globalThis.constraints`. */
const recordConstraints = (page) =>
  page.evaluate(() => {
    globalThis.constraints = [];
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      globalThis.constraints.push(constraints.video);
      return getUserMedia.call(this, constraints);
    };
  });

test('token and api-url replace session-url', async (t) => {
  const { page, session, service } = await openShop(t, { needsService: true, scenario: null });
  const token = new URL(session.url).searchParams.get('token');
  await addElement(page, { token, 'api-url': `${service.url}h5`, locale: 'en' });
  await button(page, 'Start camera').waitFor();
});

test('device-id is a preference: a missing camera is no error', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await recordConstraints(page);
  await addElement(page, { 'session-url': session.url, 'start-screen': 'false', 'device-id': 'gone', constraints });
  await waitForEvent(page, 'started');
  const [{ deviceId, width }] = await page.evaluate(() => globalThis.constraints);
  assert.deepEqual(deviceId, { ideal: 'gone' });
  assert.deepEqual(width, JSON.parse(constraints).width, 'with the other constraints');
});

test('after max-attempts the element offers no more tries, even if the session has some', async (t) => {
  const tokenRequest = { tryCount: '3' };
  const { page, session } = await openShop(t, { needsService: true, scenario: 'far_to_near_masked', tokenRequest });
  const thresholds = '{"maxOcclusion": 1}';
  const shared = { 'session-url': session.url, 'start-screen': 'false', locale: 'en', constraints, thresholds };
  await addElement(page, { ...shared, 'max-attempts': '1' });
  await waitForEvent(page, 'complete');
  const [{ passed, over, triesLeft }] = await eventsOf(page, 'complete');
  assert.deepEqual([passed, over, triesLeft], [false, false, 2]);
  await page.getByRole('heading', { name: 'We couldn’t verify you' }).waitFor();
  assert.equal(await button(page, 'Try again').count(), 0);
});

test('cross-device is offered if session and page allow it', async (t) => {
  const options = { needsService: true, scenario: null, settings: { crossDevice: true } };
  const { page, session } = await openShop(t, options);
  await page.evaluate(() => {
    MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));
  });
  const attributes = { 'session-url': session.url, 'start-screen': 'false', locale: 'en' };
  for (const [crossDevice, offers] of [
    ['false', 0],
    ['true', 1],
  ]) {
    await page.evaluate(() => document.body.replaceChildren());
    await addElement(page, { ...attributes, 'cross-device': crossDevice });
    await page.getByRole('heading', { name: 'The camera isn’t working' }).waitFor();
    assert.equal(await button(page, 'Continue on another device').count(), offers, `cross-device="${crossDevice}"`);
  }
});

test('timeouts.load ends the wait for a missing file; the next try loads it', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  await page.route('**/*.bin', () => {});
  await addElement(page, { 'session-url': session.url, locale: 'en', timeouts: '{"load": 4000}' });
  await waitForEvent(page, 'error');
  const [{ code }] = await eventsOf(page, 'error');
  assert.equal(code, 'asset_timeout');
  await page.unroute('**/*.bin');
  await page.evaluate(() => document.querySelector('nearfar-liveness').restart());
  await button(page, 'Start camera').waitFor();
});

test('debug logs every event to the console; without it nothing is logged', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  const written = [];
  page.on('console', (message) => message.type() === 'debug' && written.push(message.text()));
  await addElement(page, { 'session-url': session.url });
  await waitForEvent(page, 'ready');
  assert.deepEqual(written, []);
  await page.evaluate(() => {
    document.body.replaceChildren();
    globalThis.events = [];
  });
  await addElement(page, { 'session-url': session.url, debug: '' });
  await waitForEvent(page, 'ready');
  assert.ok(
    written.some((text) => text.startsWith('<nearfar-liveness> ready')),
    written.join('\n'),
  );
});

test('csp-nonce allows the styles in browsers without constructable style sheets', async (t) => {
  const options = { needsService: true, scenario: null, styles: "'nonce-abc'" };
  const { page, session, pageErrors, site } = await openShop(t, options);
  await page.addInitScript(() => {
    delete CSSStyleSheet.prototype.replace;
  });
  await page.goto(site.url);
  await addElement(page, { 'session-url': session.url, theme: 'dark', 'csp-nonce': 'abc' });
  await waitForEvent(page, 'ready');
  const style = await page.locator('nearfar-liveness').evaluate((host) => ({
    background: getComputedStyle(host).backgroundColor,
    adopted: host.shadowRoot.adoptedStyleSheets.length,
  }));
  assert.deepEqual(style, { background: 'rgb(14, 21, 27)', adopted: 0 });
  assert.deepEqual(pageErrors, []);
});

test('slotted content shows on the page of its name, header and footer on every page', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await addElement(page, { 'session-url': session.url, locale: 'en', constraints });
  await page.evaluate(() => {
    for (const slot of ['header', 'footer', 'logo', 'tips', 'result']) {
      const slotted = document.createElement('p');
      slotted.slot = slot;
      slotted.textContent = `of the ${slot}`;
      document.querySelector('nearfar-liveness').append(slotted);
    }
  });
  const shown = () => page.locator('nearfar-liveness > [slot]').filter({ visible: true }).allTextContents();
  await button(page, 'Start camera').waitFor();
  assert.deepEqual(await shown(), ['of the header', 'of the footer', 'of the logo', 'of the tips']);
  const [header, logo, heading, footer] = await page.evaluate(() => {
    const host = document.querySelector('nearfar-liveness');
    const [header, footer, logo] = host.children;
    const heading = host.shadowRoot.querySelector('h1');
    return [header, logo, heading, footer].map((element) => element.getBoundingClientRect().top);
  });
  assert.ok(header < logo && logo < heading && heading < footer, `${header} ${logo} ${heading} ${footer}`);
  await button(page, 'Start camera').click();
  await waitForEvent(page, 'complete');
  await page.getByText('of the result').waitFor();
  assert.deepEqual(await shown(), ['of the header', 'of the footer', 'of the logo', 'of the result']);
});

test('privacy-url is the start page’s link; an invalid one gives a warning', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const link = page.getByRole('link', { name: 'How your data is used (opens in a new tab)' });
  await addElement(page, { 'session-url': session.url, locale: 'en', 'privacy-url': 'privacy.html' });
  assert.equal(await link.getAttribute('href'), new URL('privacy.html', page.url()).href);
  await page.evaluate(() => document.body.replaceChildren());
  await addElement(page, { 'session-url': session.url, locale: 'en', 'privacy-url': 'javascript:alert(1)' });
  await button(page, 'Start camera').waitFor();
  assert.equal(await link.count(), 0);
  assert.equal(warnings.length, 1, warnings.join('\n'));
  assert.match(warnings[0], /^<nearfar-liveness> privacy-url: javascript: /);
});

test('an unknown message key gives a warning; the other messages apply', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const messages = JSON.stringify({ start: 'Off we go', strat: 'Off we do' });
  await addElement(page, { 'session-url': session.url, messages });
  await button(page, 'Off we go').waitFor();
  assert.deepEqual(
    warnings.filter((text) => text.startsWith('messages')),
    ['messages: unknown keys: strat'],
  );
});
