// What each attribute of <nearfar-liveness> changes, where element.test.mjs does not show it on the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { hears, put, told } from './lib/element.mjs';
import { openShop } from './lib/open.mjs';

const constraints = JSON.stringify(wholeVideo('portrait'));
const button = (page, name) => page.getByRole('button', { name });

/** Keeps what the camera is asked for in `wishes`. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.wishes = [];
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      globalThis.wishes.push(constraints.video);
      return getUserMedia.call(this, constraints);
    };
  });

test('token and api-url say what session-url says', async (t) => {
  const { page, session, service } = await openShop(t, { needsService: true, scenario: null });
  const token = new URL(session.url).searchParams.get('token');
  await put(page, { token, 'api-url': `${service.url}h5`, locale: 'en' });
  await button(page, 'Start the camera').waitFor();
});

test('device-id is a wish: a camera that is gone stops nobody', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await listen(page);
  await put(page, { 'session-url': session.url, 'start-screen': 'false', 'device-id': 'gone', constraints });
  await hears(page, 'started');
  const [{ deviceId, width }] = await page.evaluate(() => globalThis.wishes);
  assert.deepEqual(deviceId, { ideal: 'gone' });
  assert.deepEqual(width, JSON.parse(constraints).width, 'beside the other wishes');
});

test('after max-attempts there is no other try here, though the session has some', async (t) => {
  const tokenRequest = { tryCount: '3' };
  const { page, session } = await openShop(t, { needsService: true, scenario: 'far_to_near_masked', tokenRequest });
  const thresholds = '{"maxOcclusion": 1}';
  const shared = { 'session-url': session.url, 'start-screen': 'false', locale: 'en', constraints, thresholds };
  await put(page, { ...shared, 'max-attempts': '1' });
  await hears(page, 'complete');
  const [{ passed, over, triesLeft }] = await told(page, 'complete');
  assert.deepEqual([passed, over, triesLeft], [false, false, 2]);
  await page.getByRole('heading', { name: 'That did not work' }).waitFor();
  assert.equal(await button(page, 'Try again').count(), 0);
});

test('cross-device is offered where session and page allow it', async (t) => {
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
    await put(page, { ...attributes, 'cross-device': crossDevice });
    await page.getByRole('heading', { name: 'The camera does not work here' }).waitFor();
    assert.equal(await button(page, 'Use another device').count(), offers, `cross-device="${crossDevice}"`);
  }
});

test('timeouts.load ends the wait for a file that does not come; the next try has it', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  await page.route('**/*.tflite', () => {});
  await put(page, { 'session-url': session.url, locale: 'en', timeouts: '{"load": 4000}' });
  await hears(page, 'error');
  const [{ code }] = await told(page, 'error');
  assert.equal(code, 'asset_timeout');
  await page.unroute('**/*.tflite');
  await page.evaluate(() => document.querySelector('nearfar-liveness').restart());
  await button(page, 'Start the camera').waitFor();
});

test('debug writes every event to the console; without it nothing is written', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  const written = [];
  page.on('console', (message) => message.type() === 'debug' && written.push(message.text()));
  await put(page, { 'session-url': session.url });
  await hears(page, 'ready');
  assert.deepEqual(written, []);
  await page.evaluate(() => {
    document.body.replaceChildren();
    globalThis.told = [];
  });
  await put(page, { 'session-url': session.url, debug: '' });
  await hears(page, 'ready');
  assert.ok(
    written.some((text) => text.startsWith('<nearfar-liveness> ready')),
    written.join('\n'),
  );
});

test('csp-nonce lets the styles in where there are no constructable style sheets', async (t) => {
  const options = { needsService: true, scenario: null, styles: "'nonce-abc'" };
  const { page, session, pageErrors, site } = await openShop(t, options);
  await page.addInitScript(() => {
    delete CSSStyleSheet.prototype.replace;
  });
  await page.goto(site.url);
  await put(page, { 'session-url': session.url, theme: 'dark', 'csp-nonce': 'abc' });
  await hears(page, 'ready');
  const look = await page.locator('nearfar-liveness').evaluate((host) => ({
    background: getComputedStyle(host).backgroundColor,
    adopted: host.shadowRoot.adoptedStyleSheets.length,
  }));
  assert.deepEqual(look, { background: 'rgb(14, 21, 27)', adopted: 0 });
  assert.deepEqual(pageErrors, []);
});

test('what is put into the slots is on the page of its name, header and footer on every page', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await put(page, { 'session-url': session.url, locale: 'en', constraints });
  await page.evaluate(() => {
    for (const slot of ['header', 'footer', 'tips', 'result']) {
      const slotted = document.createElement('p');
      slotted.slot = slot;
      slotted.textContent = `of the ${slot}`;
      document.querySelector('nearfar-liveness').append(slotted);
    }
  });
  const shown = () => page.locator('nearfar-liveness > [slot]').filter({ visible: true }).allTextContents();
  await button(page, 'Start the camera').waitFor();
  assert.deepEqual(await shown(), ['of the header', 'of the footer', 'of the tips']);
  const [header, heading, footer] = await page.evaluate(() => {
    const host = document.querySelector('nearfar-liveness');
    const [header, footer] = host.children;
    const heading = host.shadowRoot.querySelector('h1');
    return [header, heading, footer].map((element) => element.getBoundingClientRect().top);
  });
  assert.ok(header < heading && heading < footer, `${header} ${heading} ${footer}`);
  await button(page, 'Start the camera').click();
  await hears(page, 'complete');
  await page.getByText('of the result').waitFor();
  assert.deepEqual(await shown(), ['of the header', 'of the footer', 'of the result']);
});

test('a message whose key is none is named; the others count', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const messages = JSON.stringify({ start: 'Off we go', strat: 'Off we do' });
  await put(page, { 'session-url': session.url, messages });
  await button(page, 'Off we go').waitFor();
  assert.deepEqual(
    warnings.filter((text) => text.startsWith('messages')),
    ['messages: there is no strat'],
  );
});
