// <nearfar-liveness> on an integrator's page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { addElement, eventsOf, waitForEvent } from './lib/element.mjs';
import { openShop } from './lib/open.mjs';

/** Removes all elements from the page, and forgets their events. */
const clear = (page) =>
  page.evaluate(() => {
    globalThis.events = [];
    document.body.replaceChildren();
  });

test('the whole journey, with all events', async (t) => {
  const { page, pageErrors, session } = await openShop(t, { needsService: true });
  await addElement(page, {
    'session-url': session.url,
    constraints: JSON.stringify(wholeVideo('portrait')),
    locale: 'de',
    messages: '{"start": "Los geht’s"}',
    theme: 'dark',
  });
  await waitForEvent(page, 'ready');
  const element = page.locator('nearfar-liveness');
  await page.evaluate(() => {
    const slotted = document.createElement('p');
    slotted.slot = 'tips';
    slotted.textContent = 'Mit Ihrer Einwilligung';
    document.querySelector('nearfar-liveness').append(slotted);
  });
  await page.getByText('Mit Ihrer Einwilligung').waitFor();
  assert.equal(await element.evaluate((host) => getComputedStyle(host).backgroundColor), 'rgb(14, 21, 27)', 'dark');
  await page.getByRole('button', { name: 'Los geht’s' }).click();
  await waitForEvent(page, 'complete');
  const [complete] = await eventsOf(page, 'complete');
  assert.equal(complete.passed, true);
  const all = await page.evaluate(() => globalThis.events);
  const names = new Set(all.map(({ name }) => name));
  for (const name of ['ready', 'permission', 'started', 'phase', 'captured', 'uploading', 'complete'])
    assert.ok(names.has(name), name);
  for (const { sessionId, version, composed, bubbles } of all) {
    assert.equal(sessionId, session.signatureId);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.ok(composed && bubbles);
  }
  await page.getByRole('button', { name: 'Weiter' }).click();
  await waitForEvent(page, 'continue');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en', "the page's own language is unchanged");
  assert.equal(await page.title(), 'shop');
  assert.deepEqual(pageErrors, []);
});

test('an invalid session gives an error event and a message; a valid one fixes it', async (t) => {
  const { page, pageErrors, session } = await openShop(t, { needsService: true, scenario: null });
  for (const [attributes, named] of [
    [{}, 'session-url'],
    [{ 'session-url': 'javascript:alert(1)' }, 'session-url'],
    [{ 'session-url': 'http://' }, 'session-url'],
    [{ 'session-url': 'https://liveness.example/h5/' }, 'session-url'],
    [{ token: 't' }, 'api-url'],
  ]) {
    pageErrors.length = 0;
    await clear(page);
    await addElement(page, { ...attributes, locale: 'en' });
    await waitForEvent(page, 'error');
    const [{ code, message }] = await eventsOf(page, 'error');
    assert.equal(code, 'invalid_options');
    assert.ok(message.startsWith(`${named}:`), `${message} names ${named}`);
    assert.equal(pageErrors.length, 1);
    assert.ok(pageErrors[0].includes(message));
    await page.getByRole('heading', { name: 'This link doesn’t work' }).waitFor();
  }
  await page.evaluate((url) => {
    document.querySelector('nearfar-liveness').sessionUrl = url;
  }, session.url);
  await waitForEvent(page, 'ready');
});

test('an invalid attribute gives a warning on the console; its default applies', async (t) => {
  const { page, pageErrors, session } = await openShop(t, { needsService: true, scenario: null });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  for (const [name, value] of [
    ...['messages', 'constraints', 'thresholds', 'timeouts'].flatMap((name) => [
      [name, '[object Object]'],
      [name, '{nonsense'],
      [name, '[]'],
    ]),
    ['theme', 'pink'],
    ['max-attempts', '0'],
    ['start-screen', 'perhaps'],
    ['timeouts', '{"load": "long"}'],
  ]) {
    warnings.length = 0;
    await clear(page);
    await addElement(page, { 'session-url': session.url, locale: 'en', [name]: value });
    await page.getByRole('button', { name: 'Start camera' }).waitFor();
    assert.equal(warnings.length, 1, `${name}="${value}": ${warnings.join('\n')}`);
    assert.ok(warnings[0].startsWith(`<nearfar-liveness> ${name}:`), warnings[0]);
    assert.deepEqual(await eventsOf(page, 'error'), []);
  }
  assert.deepEqual(pageErrors, []);
});

test('an invalid message gives a warning on the console; the default text shows', async (t) => {
  const { page, pageErrors, session } = await openShop(t, { needsService: true, scenario: null });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await addElement(page, {
    'session-url': session.url,
    locale: 'en',
    messages: '{"start": "{go", "tips_title": "Say {what}"}',
  });
  await page.getByRole('button', { name: 'Start camera' }).waitFor();
  await page.getByRole('heading', { name: 'Quick face check' }).waitFor();
  assert.deepEqual(warnings.map((text) => text.split(':')[1]).sort(), [' start', ' tips_title']);
  assert.deepEqual(pageErrors, []);
});

test('the lowercase name of a property is an attribute too', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  await addElement(page, { sessionUrl: session.url, startScreen: 'true', locale: 'fr' });
  await page.getByRole('button', { name: 'Démarrer la caméra' }).waitFor();
});

test('properties set before the element is defined apply, without error events', async (t) => {
  const { page, session, pageErrors } = await openShop(t, { needsService: true, scenario: null });
  await page.evaluate(async (url) => {
    document.body.innerHTML = '<nearfar-liveness></nearfar-liveness>';
    const element = document.querySelector('nearfar-liveness');
    element.sessionUrl = url;
    element.locale = 'fr';
    element.theme = undefined;
    globalThis.events = [];
    element.addEventListener('error', ({ detail }) => globalThis.events.push({ name: 'error', ...detail }));
    const { defineElement } = await import('nearfar');
    await defineElement();
  }, session.url);
  await page.getByRole('button', { name: 'Démarrer la caméra' }).waitFor();
  assert.deepEqual(await eventsOf(page, 'error'), []);
  assert.deepEqual(pageErrors, []);
});

test('two elements on one page are independent, and destroying one stops its camera', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  const constraints = JSON.stringify(wholeVideo('portrait'));
  for (const id of ['one', 'two']) {
    await addElement(page, { id, 'session-url': session.url, constraints, locale: 'en', 'start-screen': 'false' });
    await waitForEvent(page, 'started', id);
    if (id === 'one') continue;
    const events = await page.evaluate(() =>
      globalThis.events.filter(({ name }) => name === 'started').map(({ id }) => id),
    );
    assert.deepEqual(events, ['one', 'two']);
  }
  const tracks = await page.evaluate(async () => {
    const videos = [...document.querySelectorAll('nearfar-liveness')].map((element) => element.video);
    const tracks = videos.map((video) => video.srcObject.getVideoTracks()[0]);
    await document.querySelector('#one').destroy();
    return tracks.map(({ readyState }) => readyState);
  });
  assert.deepEqual(tracks, ['ended', 'live']);
  assert.equal(await page.locator('nearfar-liveness').count(), 1);
});

test('without the result screen the element leaves the result to the page', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await addElement(page, {
    'session-url': session.url,
    constraints: JSON.stringify(wholeVideo('portrait')),
    locale: 'en',
    'start-screen': 'false',
    'result-screen': 'false',
  });
  await waitForEvent(page, 'complete');
  await page.getByRole('heading', { name: 'This check is finished' }).waitFor();
});

test('in a hidden container without a start screen: no capture before it is shown', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await page.evaluate(() => {
    document.body.style.display = 'none';
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    globalThis.cameraCalls = 0;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      globalThis.cameraCalls += 1;
      return getUserMedia.call(this, constraints);
    };
  });
  const constraints = JSON.stringify(wholeVideo('portrait'));
  await addElement(page, { 'session-url': session.url, constraints, locale: 'en', 'start-screen': 'false' });
  const isThere = () => document.querySelector('nearfar-liveness').page?.name === 'camera';
  await page.waitForFunction(isThere, undefined, { polling: 50 });
  // Long enough for a camera request if the element did not wait.
  await page.waitForTimeout(1_500);
  assert.equal(await page.evaluate(() => globalThis.cameraCalls), 0);
  await page.evaluate(() => {
    document.body.style.display = '';
  });
  await waitForEvent(page, 'complete');
  assert.equal((await eventsOf(page, 'complete'))[0].passed, true);
});

test('a refused camera gives an error event with its code', async (t) => {
  const { page, session } = await openShop(t, { needsService: true, scenario: null });
  await page.evaluate(() => {
    MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await addElement(page, { 'session-url': session.url, locale: 'en', 'start-screen': 'false' });
  await waitForEvent(page, 'error');
  assert.deepEqual(
    (await eventsOf(page, 'permission')).map(({ state }) => state),
    ['denied'],
  );
  assert.deepEqual(
    (await eventsOf(page, 'error')).map(({ code }) => code),
    ['permission_denied'],
  );
});
