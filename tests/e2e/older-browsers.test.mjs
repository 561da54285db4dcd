// The oldest supported browsers: a session's page captures without the APIs that they lack.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { oldestBrowsers } from '../../scripts/build/browser-targets.mjs';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { newerApiNames, newerApiPaths, removeApis } from '../testkit/browser/newer-apis.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';

/**
 * By API that a test removes: the newer names in the code that belong to it. The code must check for each of them or do
 * without it.
 */
const GUARDED = {
  VideoFrame: [
    ...['VideoFrame', '.allocationSize', '.colorSpace', '.copyTo', '.displayHeight', '.displayWidth', '.flip'],
    ...['.fullRange', '.rotation', '.visibleRect'],
  ],
  MediaStreamTrackProcessor: ['MediaStreamTrackProcessor', '.maxBufferSize'],
  OffscreenCanvas: ['OffscreenCanvas', '.OffscreenCanvas'],
  SharedArrayBuffer: ['SharedArrayBuffer'],
  // Both were added together; Lit decides which one it checks.
  'CSSStyleSheet#replace': ['.replaceSync'],
  '#adoptedStyleSheets': ['.adoptedStyleSheets'],
  '#requestVideoFrameCallback': ['.requestVideoFrameCallback', '.presentationTime'],
  '#cancelVideoFrameCallback': ['.cancelVideoFrameCallback'],
  trustedTypes: ['.createPolicy', '.createHTML', '.createScriptURL', '.emptyScript'],
  'Navigator#permissions': ['.permissions', '.query'],
  'Navigator#vibrate': ['.vibrate'],
  'Navigator#getBattery': ['.charging', '.level'],
  'Navigator#userActivation': ['.userActivation', '.hasBeenActive'],
  'Screen#orientation': ['.orientation'],
  'Document#featurePolicy': ['.featurePolicy', '.allowsFeature'],
  'Document#fullscreenEnabled': ['.fullscreenEnabled'],
  'Document#fullscreenElement': ['.fullscreenElement'],
  'Document#exitFullscreen': ['.exitFullscreen'],
  'Element#requestFullscreen': ['.requestFullscreen'],
  'Element#checkVisibility': ['.checkVisibility'],
  'Uint8Array#toBase64': ['.toBase64'],
  'ArrayBuffer#detached': ['.detached'],
};

/** The code's own names, and those of older interfaces that MDN's data list under other names. */
const OWN = [
  ...['.actions', '.build', '.bytes', '.camera', '.capture', '.check', '.config', '.destroy', '.detect', '.device'],
  ...['.dispose', '.element', '.format', '.frameRate', '.fullscreen', '.handle', '.icon', '.image', '.info'],
  ...['.layout', '.limits', '.lines', '.loading'],
  ...['.locale', '.maximize', '.messages', '.mobile', '.mul', '.nonce', '.number', '.properties', '.region'],
  ...['.retry', '.run', '.service', '.session', '.share', '.show', '.tag', '.take', '.token', '.unit', '.use', '.wait'],
  ...['.badge', '.configure', '.features', '.phone', '.silent', '.turn'],
  // Lit's.
  ...['.reconnect'],
  // Parts of texts and of style sheets.
  ...['Permissions', 'Highlight', 'Origin', 'OverconstrainedError', 'TrustedScriptURL'],
];

const DIST = join(root, 'dist');

/** The built scripts of page and package. */
function builtCode() {
  const folders = [DIST, join(PACKAGE, 'dist')].filter(existsSync);
  const scripts = folders.flatMap((folder) =>
    readdirSync(folder)
      // The fake camera runs in the browsers of tests, which are new.
      .filter((name) => name.endsWith('.js') && name !== 'testing.js')
      .map((name) => join(folder, name)),
  );
  return scripts.map((path) => readFileSync(path, 'utf8')).join('\n');
}

test('every newer API that the code uses is removed in a test below', () => {
  const named = newerApiNames(builtCode());
  const known = [...Object.values(GUARDED).flat(), ...OWN];
  assert.deepEqual(
    named.filter((name) => !known.includes(name)),
    [],
    'guard these and remove them in this test, or list them as own names',
  );
});

test('newer CSS: unknown selectors and values do not invalidate others', () => {
  const styles = readdirSync(DIST).filter((name) => name.endsWith('.css'));
  assert.ok(
    styles.some((name) => name.startsWith('journey.')),
    'the journey’s style sheet',
  );
  for (const name of styles) {
    const css = readFileSync(join(DIST, name), 'utf8');
    for (const [, selectors] of css.matchAll(/([^{};]*:(?:has\(|focus-visible)[^{};]*)\{/g)) {
      // Commas in parentheses do not separate selectors.
      assert.ok(!selectors.replace(/\([^()]*\)/g, '').includes(','), `${name}: ${selectors} is grouped with others`);
    }
    const plain = css.replace(/@supports[^{]*\{[^{}]*\{[^{}]*\}\s*\}/g, '').replace(/\/\*.*?\*\//gs, '');
    assert.doesNotMatch(plain, /\d[dsl]v[hw]\b|light-dark\(|color-mix\(|\{[^{}]*&/, name);
  }
});

test('README, manifest and package name the same browsers', () => {
  const { chrome, edge, firefox, safari, ios_saf: phones } = oldestBrowsers();
  assert.deepEqual([edge, phones], [chrome, safari]);
  for (const name of ['README.md', 'pkg-template/README.md']) {
    const text = readFileSync(join(root, name), 'utf8').replaceAll('\n', ' ');
    assert.ok(text.includes(`Chrome and Edge ${chrome}, Firefox ${firefox}, Safari ${safari}`), name);
  }
});

test('newer APIs are found in every notation', () => {
  const code =
    'a.at(-1);b?.at(0);const{orientation:c}=screen;d["findLast"](e);"vibrate"in navigator;new OffscreenCanvas';
  assert.deepEqual(newerApiNames(code), ['.at', '.findLast', '.orientation', '.vibrate', 'OffscreenCanvas']);
});

const cleanups = [];
let service;
let access;
let browser;

before(async () => {
  service = await openService({ after: (end) => cleanups.unshift(end) });
  access = await signIn(service.url, service);
  browser = await launchChromium();
  cleanups.unshift(() => browser.close());
});

after(async () => {
  for (const end of cleanups) await end();
});

/** Removes these APIs from a page and its workers. */
async function removeFrom(page, paths) {
  const script = `(${removeApis})(${JSON.stringify(paths)});`;
  await page.addInitScript(script);
  await page.route('**/worker*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

/** Opens a session without these APIs, and waits until the capture shows an instruction. */
async function assertCaptures(t, paths) {
  const { url } = await openSession(service.url, access);
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  t.after(() => page.close());
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  await removeFrom(page, paths);
  await page.addInitScript(() => {
    document.addEventListener('nearfar:instruction', () => {
      globalThis.instructed = true;
    });
  });
  await page.goto(url);
  const start = page.getByRole('button', { name: 'Start camera' });
  await start.waitFor();
  const accent = await start.evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(accent, 'rgb(10, 106, 90)', 'the styles are applied');
  await start.click();
  await page.waitForFunction(() => globalThis.instructed);
  assert.deepEqual(pageErrors, []);
}

for (const path of Object.keys(GUARDED)) test(`without ${path}`, (t) => assertCaptures(t, [path]));

/** Starts a journey without any API that one of the oldest browsers lacks. */
async function startJourney(t, given) {
  const journey = await openJourney(t, given);
  await removeFrom(journey.page, newerApiPaths());
  await journey.open();
  await journey.button('Start camera').click();
  return journey;
}

test('without all APIs that one of the oldest browsers lacks: to the result', async (t) => {
  const { heading, result, pageErrors } = await startJourney(t, { options: { language: 'en' } });
  await heading('You’re all set').waitFor({ timeout: 90_000 });
  assert.ok((await result()).score >= 50);
  assert.deepEqual(pageErrors, []);
});

test('without all APIs that one of the oldest browsers lacks: time is up, and why', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 10_000 } } };
  const { page, heading, pageErrors } = await startJourney(t, { scenario: 'too_far', options });
  await heading('Time ran out').waitFor({ timeout: 90_000 });
  await page.getByText('Still needed:').waitFor();
  assert.deepEqual(pageErrors, []);
});
