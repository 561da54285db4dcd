// What the page of a session loads, and when: everything at the same time before the start button, the rest after it, and
// nothing twice.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { viewport } from '../testkit/page/capture.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';

const WORKER = /\/worker\.[0-9a-f]{8}\.js$/;
/** Runs before the worker's script: the worker then shows that it has the engine. */
const PROBE = `const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const instance = await instantiate(...given);
  self.hasEngine = true;
  return instance;
};
`;

let server;
let browser;
/** The paths that the server was asked for. */
const served = [];
before(async () => {
  const record = ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    served.push(pathname);
    if (!WORKER.test(pathname)) return false;
    response.setHeader('Content-Type', 'text/javascript');
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.end(PROBE + readFileSync(join(root, 'dist', pathname), 'utf8'));
    return true;
  };
  server = await serve({ port: 0, before: record });
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await server.close();
});

async function newPage(t) {
  const context = await browser.newContext({ viewport: viewport('portrait') });
  t.after(() => context.close());
  return context.newPage();
}

/** Opens a session's page that does not come to its start button. */
function startOpening(page) {
  openScreen(page, server.url, 'tips', 'en_US').catch(() => undefined);
}

test('the model is requested before any script of the page has arrived', async (t) => {
  const page = await newPage(t);
  await page.route('**/page.*.js', () => undefined);
  const model = page.waitForRequest('**/face-detection-*.bin');
  startOpening(page);
  await model;
});

test('engine and journey load at the same time', async (t) => {
  const page = await newPage(t);
  await page.route('**/www_src_flow_hosted*.js', () => undefined);
  const requests = [page.waitForRequest('**/nearfar-*.wasm'), page.waitForRequest('**/www_src_flow_hosted*.js')];
  startOpening(page);
  await Promise.all(requests);
});

test('session, texts and worker are requested while the engine loads', async (t) => {
  const page = await newPage(t);
  for (const stalled of ['**/*.wasm', '**/*.bin', '**/www_src_locales_*.js'])
    await page.route(stalled, () => undefined);
  const wanted = ['**/api/v1/session*', '**/www_src_locales_*.js'];
  const requests = wanted.map((url) => page.waitForRequest(url));
  const worker = page.waitForEvent('worker');
  startOpening(page);
  await Promise.all([...requests, worker]);
});

test('the engine is fetched once, and no file twice', async (t) => {
  const page = await newPage(t);
  served.length = 0;
  await openScreen(page, server.url, 'tips', 'en_US');
  const files = served.filter((path) => path !== '/');
  assert.deepEqual(files.toSorted(), [...new Set(files)].toSorted());
  for (const kind of [/\.wasm$/, /\.bin$/, WORKER])
    assert.ok(
      files.some((path) => kind.test(path)),
      `${kind}`,
    );
});

test('a second visit fetches only the page itself and the session', async (t) => {
  // Without routes: they would switch the browser's cache off.
  const service = await openService(t);
  const access = await signIn(service.url, service);
  const context = await browser.newContext({ viewport: viewport('portrait') });
  t.after(() => context.close());
  /** Opens another session's page. Returns the files that it has loaded, and those that came over the network. */
  const visit = async () => {
    const page = await context.newPage();
    await page.goto((await openSession(service.url, access)).url);
    await page.getByRole('button', { name: 'Start camera' }).waitFor();
    const isLoaded = () => performance.getEntriesByType('resource').some(({ name }) => /sealing\.\w+\.wasm/.test(name));
    await page.waitForFunction(isLoaded, null, { polling: 50 });
    const entries = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.toJSON()));
    await page.close();
    const names = (list) => list.map(({ name }) => new URL(name).pathname);
    return { files: names(entries), fetched: names(entries.filter(({ transferSize }) => transferSize > 0)) };
  };
  const first = await visit();
  const second = await visit();
  assert.ok(first.fetched.length >= 8, String(first.fetched));
  assert.deepEqual(second.files.toSorted(), first.files.toSorted());
  assert.deepEqual(second.fetched, ['/h5/api/v1/session']);
});

test('window and worker have compiled the engine while the question for the camera stands', async (t) => {
  const page = await newPage(t);
  await page.addInitScript(() => {
    const { compileStreaming } = WebAssembly;
    globalThis.order = [];
    WebAssembly.compileStreaming = async (response) => {
      const module = await compileStreaming(response);
      globalThis.order.push('compiled');
      return module;
    };
    MediaDevices.prototype.getUserMedia = () => {
      globalThis.order.push('asked');
      return new Promise(() => undefined);
    };
  });
  const worker = page.waitForEvent('worker');
  await openScreen(page, server.url, 'tips', 'en_US');
  await page.getByRole('button', { name: 'Start camera' }).click();
  await page.waitForFunction(() => globalThis.order.includes('asked'), null, { polling: 50 });
  assert.deepEqual(await page.evaluate(() => globalThis.order), ['compiled', 'asked']);
  const hasEngine = async () => {
    while (!(await (await worker).evaluate(() => self.hasEngine))) await page.waitForTimeout(50);
  };
  await hasEngine();
});

test('what may be needed later loads after the start button, and works without a connection', async (t) => {
  const options = { scenario: null, settings: { crossDevice: 'fallback' }, chromium: { devices: 'device-count=0' } };
  const { page, open, button, heading, requestUrls } = await openJourney(t, options);
  const isLater = (url) => /nearfar-sealing|glue_sealing|_qr_/.test(url);
  let early = null;
  // The page is shown, and the browser has not had an idle moment yet.
  await page.exposeFunction('onTips', () => {
    early ??= requestUrls.filter(isLater);
  });
  await page.addInitScript(() => {
    globalThis.requestIdleCallback = (work) => {
      globalThis.work = work;
    };
    document.addEventListener('nearfar:page', ({ detail }) => detail.page === 'tips' && globalThis.onTips());
  });
  await open();
  await button('Start camera').waitFor();
  await page.waitForFunction(() => globalThis.work, null, { polling: 50 });
  assert.deepEqual(early, []);
  const loaded = ['**/nearfar-sealing.*.wasm', '**/*_qr_*.js'].map((url) => page.waitForResponse(url));
  await page.evaluate(() => globalThis.work());
  for (const response of await Promise.all(loaded)) await response.finished();
  await page.route(/\.(js|wasm|bin|css)$/, (route) => route.abort('connectionreset'));
  await button('Start camera').click();
  await heading('The camera isn’t working').waitFor();
  await button('Continue on another device').click();
  await page.locator('svg.code').waitFor();
});

test('a link without its code is shown and works', async (t) => {
  const page = await newPage(t);
  await page.route('**/*_qr_*.js', (route) => route.abort('connectionreset'));
  const tips = openScreen(page, server.url, 'tips_phone', 'en_US').catch(() => undefined);
  await page.getByRole('button', { name: 'Copy link' }).waitFor();
  await page.locator('.phone [role="progressbar"]').waitFor({ state: 'detached' });
  assert.match(await page.getByLabel('Link for the other device').inputValue(), /#handoff=/);
  await page.context().close();
  await tips;
});

test('an engine that comes too late, because scripts shared the connection, is loaded again', async (t) => {
  const page = await newPage(t);
  let requests = 0;
  await page.route(/nearfar-(relaxed|simd|scalar)\.\w+\.wasm$/, (route) => {
    requests += 1;
    // The first request gets no response.
    if (requests > 1) route.continue();
  });
  await openScreen(page, server.url, 'tips', 'en_US', undefined, { 'load-timeout-ms': 8000 });
  assert.equal(requests, 2);
});
