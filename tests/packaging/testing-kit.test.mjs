// nearfar/testing: every scenario, played on <nearfar-liveness> with the real service, and the kit's other functions.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openShop } from './lib/open.mjs';

const kit = await import(pathToFileURL(join(PACKAGE, 'dist', 'testing.js')).href);
const { fakeCameraScript, missingEvents, openSandboxSession, SCENARIOS } = kit;

/** The longest that a scenario may take on a busy machine. */
const LIMIT = { timeout: 120_000 };
/** Instructions on the way of a person who follows the page. */
const ON_THE_WAY = ['keep_still', 'too_far', 'too_near', 'no_face', 'multiple_faces'];

const cleanups = [];
let shop;

before(async () => {
  const file = { after: (cleanup) => cleanups.unshift(cleanup) };
  shop = await openShop(file, { scenario: null, needsService: true, tokenRequest: { sandbox: ['SUCCESS'] } });
});

after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

/** Opens a page with the fake camera, in which `nearfar` can be imported. */
async function openPage(t, scenario, options) {
  const page = await shop.browser.newPage({ viewport: { width: 450, height: 800 } });
  t.after(() => page.close());
  if (scenario) await page.addInitScript({ content: fakeCameraScript(scenario, options) });
  await page.goto(shop.site.url);
  return page;
}

/** Adds the element of a session to the page. */
function addElement(page, url, attributes = {}) {
  return page.evaluate(
    async ([url, attributes]) => {
      const { defineElement } = await import('nearfar');
      await defineElement();
      const element = document.createElement('nearfar-liveness');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      Object.assign(element, { sessionUrl: url, startScreen: false, locale: 'en' });
      document.body.append(element);
    },
    [url, attributes],
  );
}

const eventsOf = (page) => page.evaluate(() => globalThis.nearfarCamera.events);

/** Waits until the page has reported all expected events. The error says which are missing. */
async function play(page, expected, onPoll = () => undefined) {
  const end = Date.now() + LIMIT.timeout;
  while (Date.now() < end) {
    const events = await eventsOf(page);
    if (missingEvents(expected, events).length === 0) return events;
    await onPoll(events);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  const events = await eventsOf(page);
  return assert.fail(`missing: ${JSON.stringify(missingEvents(expected, events))}; events: ${JSON.stringify(events)}`);
}

for (const [name, scenario] of Object.entries(SCENARIOS))
  test(`${name}: the expected events`, async (t) => {
    const { events: expected, sandbox } = scenario;
    const account = { ...shop.service };
    const session = await openSandboxSession(account, sandbox ? { sandbox } : {});
    const page = await openPage(t, name);
    const isTimeout = expected.some(({ phase }) => phase === 'timed_out');
    await addElement(page, session.url, isTimeout ? { timeouts: '{"stageLimit": 3000}' } : {});
    const again = page.getByRole('button', { name: 'Try again' });
    const events = await play(page, expected, async (events) => {
      const results = events.filter(({ name }) => name === 'complete').length;
      if (sandbox && results > 0 && results < sandbox.length && (await again.isVisible())) await again.click();
    });
    const codes = (kind) => expected.filter(({ name }) => name === kind).map(({ code }) => code);
    const shown = events.filter(({ name }) => name === 'instruction').map(({ code }) => code);
    const [own] = codes('instruction');
    if (own) assert.deepEqual([...new Set(shown)], [own], 'no other instruction');
    else if (scenario.scenes.every(({ at }) => !at))
      assert.deepEqual(
        shown.filter((code) => !ON_THE_WAY.includes(code)),
        [],
      );
    const errors = events.filter(({ name }) => name === 'error').map(({ code }) => code);
    assert.deepEqual(errors, codes('error'), 'no other error');
    if (!sandbox) return;
    const result = await session.result();
    assert.equal(result.code, codes('complete').at(-1));
    assert.match(result.extra, /^SANDBOX/);
    const passes = result.code === 'SUCCESS' && result.data.score >= 50;
    assert.equal(passes, expected.at(-1).passed);
  });

for (const person of ['ada', 'ben', 'chi'])
  test(`${person} is captured, upright and across`, async (t) => {
    for (const [width, height] of [
      [480, 640],
      [640, 480],
      [1280, 720],
    ]) {
      const session = await openSandboxSession(shop.service);
      const page = await openPage(t, 'captured', { person, width, height });
      await addElement(page, session.url);
      await play(page, SCENARIOS.verdict_passed.events);
    }
  });

test('a scenario of one’s own, changed while the camera runs', async (t) => {
  const page = await openPage(t, { description: 'far', scenes: [{ at: { size: 0.15 } }], events: [] });
  const session = await openSandboxSession(shop.service);
  await addElement(page, session.url);
  await play(page, [{ name: 'instruction', code: 'too_far' }]);
  await page.evaluate((scenario) => globalThis.nearfarCamera.play(scenario), SCENARIOS.captured);
  await play(page, [{ name: 'phase', phase: 'done' }]);
});

test('createCapture: the camera follows what is reported to it, and gives the window its functions back', async (t) => {
  const page = await openPage(t, null);
  const seen = await page.evaluate(async () => {
    const { installFakeCamera } = await import('./dist/testing.js');
    const { createCapture } = await import('nearfar');
    const functions = () => [
      MediaDevices.prototype.getUserMedia,
      MediaDevices.prototype.enumerateDevices,
      Permissions.prototype.query,
    ];
    const before = functions();
    const camera = installFakeCamera(window, 'captured');
    const devices = (await navigator.mediaDevices.enumerateDevices()).map(({ kind, label }) => `${kind} ${label}`);
    const { state } = await navigator.permissions.query({ name: 'camera' });
    const capture = await createCapture();
    for (const name of ['phase', 'instruction']) capture.on(name, (detail) => camera.report(name, detail));
    const restarts = [];
    capture.on('restarted', ({ reason }) => restarts.push(reason));
    await capture.start();
    const { far, near } = await capture.frames;
    await capture.destroy();
    camera.remove();
    const isRestored = functions().every((each, index) => each === before[index]);
    const growth = near.face.width / far.face.width;
    return { devices, state, growth, restarts, isRestored, handle: 'nearfarCamera' in window };
  });
  assert.deepEqual(seen.devices, ['videoinput Test camera']);
  assert.equal(seen.state, 'granted');
  assert.ok(seen.growth > 1.55, `the face grew by ${seen.growth}`);
  assert.deepEqual(seen.restarts, []);
  assert.deepEqual([seen.isRestored, seen.handle], [true, false]);
});

test('wrong names and accounts: the error says what to do', async () => {
  assert.throws(() => fakeCameraScript('nobody'), /there is no scenario "nobody"/);
  const wrong = { ...shop.service, secretKey: 'wrong' };
  await assert.rejects(openSandboxSession(wrong), /generate-token: PARAMETER_ERROR: Signature error/);
  await assert.rejects(
    openSandboxSession(shop.service, { sandbox: ['PASSED'] }),
    /h5\/token: PARAMETER_ERROR: .*PASSED/,
  );
});

/** Opens the hosted page with the fake camera and presses its start button. */
async function openHosted(t, scenario, given = {}) {
  const journey = await openJourney(t, { scenario: null, options: { language: 'en', constraints: {} }, ...given });
  await journey.page.addInitScript({ content: fakeCameraScript(scenario) });
  await journey.open();
  await journey.button('Start camera').click();
  return journey;
}

for (const [name, { restart, events }] of Object.entries(SCENARIOS).filter(([, { restart }]) => restart))
  test(`${name} on the hosted page: the reason`, async (t) => {
    const { page } = await openHosted(t, name);
    await play(page, [...events.slice(0, 2), { name: 'restarted', reason: restart }, ...events.slice(2)]);
  });

test('the person follows a motion challenge with its longest path and colours', async (t) => {
  const { page } = await openHosted(t, 'verdict_passed', {
    settings: { motionChallenge: 'on', lightChallenge: 'offered' },
    tokenRequest: { productLevel: 'PRO', sandbox: ['SUCCESS'] },
  });
  const events = await play(page, SCENARIOS.verdict_passed.events);
  assert.ok(events.some(({ phase }) => phase === 'first_stop'));
});

test('a real account does not let a drawn person pass: its head has no depth', async (t) => {
  const { page, result } = await openHosted(t, 'captured', { settings: { verdictFields: true } });
  await play(page, [{ name: 'complete', passed: false, code: 'SUCCESS' }]);
  const { score, verdict, reasons } = await result();
  assert.deepEqual([score, verdict, reasons], [0, 'attack', ['depth']]);
});
