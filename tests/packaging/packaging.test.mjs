// The tarball in real consumers: each is built, opened in Chromium, and passes a check with the real service on another
// origin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';
import { CONSUMERS } from './lib/consumers.mjs';

const cleanups = [];
/** A test context for `openService` that lives as long as the file. */
const file = { after: (cleanup) => cleanups.unshift(cleanup) };
let port;
let service;
let access;
let browser;

before(async () => {
  port = await freePort(0);
  service = await openService(file, { NEARFAR_CORS_ORIGINS: `http://localhost:${port}` });
  access = await signIn(service.url, service);
  browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  file.after(() => browser.close());
});

after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

for (const [name, build] of Object.entries(CONSUMERS)) {
  test(name, async (t) => {
    const built = await build(port);
    const connect = new URL(service.url).origin;
    const site = built.url ? built : await serve({ port, folder: built.folder, connect, inline: built.inline });
    t.after(() => site.close());
    const session = await openSession(service.url, access);
    const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
    t.after(() => page.close());
    const pageErrors = [];
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
    const requestUrls = [];
    page.on('request', (request) => requestUrls.push(request.url()));
    const query = new URLSearchParams({ session: session.url, constraints: JSON.stringify(wholeVideo('portrait')) });
    await page.goto(`${site.url}?${query}`);
    await page.getByRole('button', { name: 'Start camera' }).click();
    const complete = await page.waitForFunction(() =>
      globalThis.events.find(({ name }) => name === 'complete' || name === 'error'),
    );
    const event = await complete.jsonValue();
    assert.deepEqual(
      [event.name, event.passed, event.sessionId],
      ['complete', true, session.signatureId],
      JSON.stringify(await page.evaluate(() => globalThis.events)),
    );
    await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
    const count = (end) => new Set(requestUrls.filter((url) => new URL(url).pathname.endsWith(end))).size;
    assert.equal(count('.wasm'), 2, 'one build of the engine, and the sealing module');
    assert.equal(count('.tflite'), 1, 'one model');
    const own = [site.url, service.url, 'blob:', 'data:', `ws://localhost:${port}`];
    assert.deepEqual(
      requestUrls.filter((url) => !own.some((start) => url.startsWith(start))),
      [],
      'no other host',
    );
    assert.deepEqual(pageErrors, []);
  });
}
