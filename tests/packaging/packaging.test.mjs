// The tarball in real consumers, the examples among them: each is built, opened in Chromium, and ends in a verdict of the
// real service on another origin.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';
import { backEnd } from './lib/back-end.mjs';
import { CONSUMERS } from './lib/consumers.mjs';
import { useWholeVideo } from './lib/open.mjs';

const cleanups = [];
/** A test context for `openService` that lives as long as the file. */
const file = { after: (cleanup) => cleanups.unshift(cleanup) };
let port;
let service;
let access;
let browser;

before(async () => {
  port = await freePort(0);
  service = await openService(file, { NEARFAR_CORS_ORIGINS: `http://localhost:${port}` }, { verdictFields: true });
  access = await signIn(service.url, service);
  browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  file.after(() => browser.close());
});

after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

/** Runs in the page before its scripts: lists the element's results and errors. */
function recordResults() {
  globalThis.results = [];
  for (const name of ['complete', 'error']) {
    addEventListener(name, ({ target, detail }) => {
      if (target.localName === 'nearfar-liveness') globalThis.results.push({ name, ...detail });
    });
  }
}

for (const [name, build] of Object.entries(CONSUMERS)) {
  test(name, async (t) => {
    const { sessions, before } = backEnd(service, access);
    const start = performance.now();
    const built = await build(port, before);
    t.diagnostic(`built in ${Math.round((performance.now() - start) / 1000)} s`);
    const connect = new URL(service.url).origin;
    const site = built.url ? built : await serve({ port, folder: built.folder, connect, inline: built.inline, before });
    t.after(() => site.close());
    const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
    t.after(() => page.close());
    const pageErrors = [];
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
    const requestUrls = [];
    page.on('request', (request) => requestUrls.push(request.url()));
    await useWholeVideo(page);
    await page.addInitScript(recordResults);
    await page.goto(site.url);
    await page.getByRole('button', { name: 'Verify me' }).click();
    await page.getByRole('button', { name: 'Start camera' }).click();
    const result = await page.waitForFunction(() => globalThis.results[0]);
    const { name: event, code, passed, sessionId } = await result.jsonValue();
    assert.deepEqual([event, code, passed, [sessionId]], ['complete', 'SUCCESS', true, sessions]);
    await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    // The answer of the back end, which asked the service.
    await page.getByText('Verified', { exact: true }).waitFor();
    const count = (end) => new Set(requestUrls.filter((url) => new URL(url).pathname.endsWith(end))).size;
    assert.equal(count('.wasm'), 2, 'one build of the engine, and the sealing module');
    assert.equal(count('.bin'), 1, 'one model');
    const own = [site.url, service.url, 'blob:', 'data:', `ws://localhost:${port}`];
    assert.deepEqual(
      requestUrls.filter((url) => !own.some((start) => url.startsWith(start))),
      [],
      'no other host',
    );
    assert.deepEqual(pageErrors, []);
  });
}

for (const [name, limit] of [
  ['react', 30],
  ['next', 30],
]) {
  test(`examples/${name} has at most ${limit} lines of TypeScript`, () => {
    const folder = join(root, 'examples', name);
    const files = readdirSync(folder, { recursive: true }).filter((path) => /\.tsx?$/.test(path));
    const lines = files.flatMap((path) => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n'));
    assert.ok(files.length > 0 && lines.length <= limit, `${lines.length} lines in ${files.join(', ')}`);
  });
}
