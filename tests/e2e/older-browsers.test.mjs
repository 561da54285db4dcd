// The oldest browsers of the manifest: a session's page captures without whatever they have not got.

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
 * What a test takes away, and the newer names of the code that go with it. Whoever adds one makes sure that the code
 * asks first, or does without.
 */
const GUARDED = {
  VideoFrame: [
    ...['VideoFrame', '.allocationSize', '.colorSpace', '.copyTo', '.displayHeight', '.displayWidth', '.flip'],
    ...['.fullRange', '.rotation', '.visibleRect'],
  ],
  MediaStreamTrackProcessor: ['MediaStreamTrackProcessor', '.maxBufferSize'],
  OffscreenCanvas: ['OffscreenCanvas', '.OffscreenCanvas'],
  SharedArrayBuffer: ['SharedArrayBuffer'],
  // Came together; which of the two is asked for is Lit's affair.
  'CSSStyleSheet#replace': ['.replaceSync'],
  '#adoptedStyleSheets': ['.adoptedStyleSheets'],
  '#requestVideoFrameCallback': ['.requestVideoFrameCallback', '.presentationTime'],
  '#cancelVideoFrameCallback': ['.cancelVideoFrameCallback'],
  trustedTypes: ['.createPolicy', '.createHTML', '.createScriptURL', '.emptyScript'],
  'Navigator#permissions': ['.permissions', '.query'],
  'Navigator#vibrate': ['.vibrate'],
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

/** Names of the code's own, or of older interfaces that MDN's data know under others. */
const OWN = [
  ...['.actions', '.build', '.bytes', '.camera', '.capture', '.check', '.config', '.destroy', '.detect', '.device'],
  ...['.dispose', '.element', '.format', '.frameRate', '.icon', '.image', '.info', '.limits', '.lines', '.loading'],
  ...['.locale', '.maximize', '.messages', '.mobile', '.mul', '.nonce', '.number', '.properties', '.region'],
  ...['.retry', '.run', '.service', '.session', '.share', '.show', '.tag', '.take', '.token', '.unit', '.use'],
  // A word of a text.
  'Permissions',
];

const DIST = join(root, 'dist');

/** The scripts as they are served, of page and package. */
function builtCode() {
  const folders = [DIST, join(PACKAGE, 'dist')].filter(existsSync);
  const scripts = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(folder, name)),
  );
  return scripts.map((path) => readFileSync(path, 'utf8')).join('\n');
}

test('every newer interface that the code names is taken away below', () => {
  const named = newerApiNames(builtCode());
  const known = [...Object.values(GUARDED).flat(), ...OWN];
  assert.deepEqual(
    named.filter((name) => !known.includes(name)),
    [],
    'guard these and take them away in this test, or list them as own names',
  );
});

test('newer style: what is unknown takes nothing else with it', () => {
  const styles = readdirSync(DIST).filter((name) => name.endsWith('.css'));
  assert.ok(
    styles.some((name) => name.startsWith('journey.')),
    'the journey as a file',
  );
  for (const name of styles) {
    const css = readFileSync(join(DIST, name), 'utf8');
    for (const [, selectors] of css.matchAll(/([^{};]*:(?:has\(|focus-visible)[^{};]*)\{/g)) {
      // Commas within parentheses are of one selector.
      assert.ok(!selectors.replace(/\([^()]*\)/g, '').includes(','), `${name}: ${selectors} stands with others`);
    }
    const plain = css.replace(/@supports[^{]*\{[^{}]*\{[^{}]*\}\s*\}/g, '').replace(/\/\*.*?\*\//gs, '');
    assert.doesNotMatch(plain, /\d[dsl]v[hw]\b|light-dark\(|color-mix\(|\{[^{}]*&/, name);
  }
});

test('README, manifest and package say the same browsers', () => {
  const { chrome, edge, firefox, safari, ios_saf: phones } = oldestBrowsers();
  assert.deepEqual([edge, phones], [chrome, safari]);
  for (const name of ['README.md', 'pkg-template/README.md']) {
    const text = readFileSync(join(root, name), 'utf8').replaceAll('\n', ' ');
    assert.ok(text.includes(`Chrome and Edge ${chrome}, Firefox ${firefox}, Safari ${safari}`), name);
  }
});

test('newer names are found however the code names them', () => {
  const code =
    'a.at(-1);b?.at(0);const{orientation:c}=screen;d["findLast"](e);"vibrate"in navigator;new OffscreenCanvas';
  assert.deepEqual(newerApiNames(code), ['.at', '.findLast', '.orientation', '.vibrate', 'OffscreenCanvas']);
});

const ended = [];
let service;
let access;
let browser;

before(async () => {
  service = await openService({ after: (end) => ended.unshift(end) });
  access = await signIn(service.url, service);
  browser = await launchChromium();
  ended.unshift(() => browser.close());
});

after(async () => {
  for (const end of ended) await end();
});

/** Takes these interfaces away from a page and its workers. */
async function takeFrom(page, paths) {
  const script = `(${removeApis})(${JSON.stringify(paths)});`;
  await page.addInitScript(script);
  await page.route('**/worker*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

/** Opens a session without these interfaces, and waits until the capture tells what to do. */
async function captures(t, paths) {
  const { url } = await openSession(service.url, access);
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  t.after(() => page.close());
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  await takeFrom(page, paths);
  await page.addInitScript(() => {
    document.addEventListener('nearfar:instruction', () => {
      globalThis.instructed = true;
    });
  });
  await page.goto(url);
  const start = page.getByRole('button', { name: 'Start the camera' });
  await start.waitFor();
  const accent = await start.evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(accent, 'rgb(10, 106, 90)', 'the styles are there');
  await start.click();
  await page.waitForFunction(() => globalThis.instructed);
  assert.deepEqual(pageErrors, []);
}

for (const path of Object.keys(GUARDED)) test(`without ${path}`, (t) => captures(t, [path]));

/** A journey without anything that one of the oldest browsers has not got, from the start on. */
async function begun(t, given) {
  const journey = await openJourney(t, given);
  await takeFrom(journey.page, newerApiPaths());
  await journey.open();
  await journey.button('Start the camera').click();
  return journey;
}

test('without anything that one of the oldest browsers has not got: to the result', async (t) => {
  const { heading, result, pageErrors } = await begun(t, { options: { language: 'en' } });
  await heading('Done. Thank you!').waitFor({ timeout: 90_000 });
  assert.ok((await result()).score >= 50);
  assert.deepEqual(pageErrors, []);
});

test('without anything that one of the oldest browsers has not got: time is up, and why', async (t) => {
  const options = { language: 'en', config: { session: { stageLimit: 10_000 } } };
  const { page, heading, pageErrors } = await begun(t, { scenario: 'too_far', options });
  await heading('Time is up').waitFor({ timeout: 90_000 });
  await page.getByText('Still missing:').waitFor();
  assert.deepEqual(pageErrors, []);
});
