// The package with strict policies, files from another origin, and hosts that send wrong types.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { policy, serve } from '../testkit/page/serve.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';
import { addElement, eventsOf, waitForEvent } from './lib/element.mjs';

const html = (base) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>shop</title>
  <link rel="icon" href="data:,">
  <script type="importmap">{ "imports": { "nearfar": "${base}dist/index.js" } }</script>
  <body></body>
</html>`;

/**
 * Opens a page that may import the package, from its own origin or from another one.
 * @param {{cdn?: boolean, change?: (policy: string, cdn: string) => string, headers?: object,
 *   files?: (request, response) => void}} options `cdn`: the package is on another origin; `change`: changes the
 *   page's policy; `headers`: for every response; `files`: may set headers for a file
 */
async function openPage(t, { cdn = false, change = (policy) => policy, headers = {}, files = () => {} } = {}) {
  // Closed first, since the service waits for the requests of its page.
  const browser = await launchChromium();
  t.after(() => browser.close());
  const port = await freePort(0);
  const service = await openService(t, { NEARFAR_CORS_ORIGINS: `http://localhost:${port}` });
  const session = await openSession(service.url, await signIn(service.url, service));
  const shared = (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    files(request, response);
  };
  const host = cdn
    ? await serve({
        port: 0,
        folder: PACKAGE,
        before(request, response) {
          response.setHeader('Access-Control-Allow-Origin', '*');
          shared(request, response);
          return false;
        },
      })
    : null;
  if (host) t.after(() => host.close());
  const site = await serve({
    port,
    folder: PACKAGE,
    before(request, response) {
      shared(request, response);
      if (request.url !== '/') return false;
      const base = policy({ inline: true, connect: new URL(service.url).origin });
      const allowed = change(base, host ? new URL(host.url).origin : '');
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': allowed });
      response.end(html(host?.url ?? './'));
      return true;
    },
  });
  t.after(() => site.close());
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  const [warnings, pageErrors] = [[], []];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  await page.goto(site.url);
  await page.evaluate(() => {
    globalThis.cameraRequests = 0;
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      globalThis.cameraRequests += 1;
      return getUserMedia.call(this, constraints);
    };
  });
  await addElement(page, { 'session-url': session.url, locale: 'en', 'start-screen': 'false' });
  return { page, warnings, pageErrors };
}

/** Asserts that the capture starts, without errors. */
async function assertStarts(page) {
  await page.waitForFunction(() => globalThis.events?.some(({ name }) => name === 'started' || name === 'error'));
  assert.deepEqual(await eventsOf(page, 'error'), []);
}

/**
 * Asserts that the worker is blocked: the page says so, one console message names cause and cure, and the camera was
 * not requested.
 */
async function assertBlocked({ page, pageErrors }, cause, cure) {
  await waitForEvent(page, 'error');
  const [{ code, cause: actual }] = await eventsOf(page, 'error');
  assert.equal(code, 'worker_blocked');
  assert.match(actual, cause);
  await page.getByText('This website isn’t set up correctly for the check.').waitFor();
  // The cure is loaded when it is needed.
  const logged = () => pageErrors.filter((text) => text.startsWith('<nearfar-liveness> worker_blocked'));
  for (let waits = 0; logged().length === 0 && waits < 50; waits += 1) await page.waitForTimeout(100);
  assert.equal(logged().length, 1, pageErrors.join('\n'));
  assert.match(logged()[0], cause);
  assert.match(logged()[0], cure);
  assert.equal(await page.evaluate(() => globalThis.cameraRequests), 0, 'the camera');
}

test('files with wrong types work, with warnings on the console', async (t) => {
  const files = (request, response) => {
    if (!/\.(wasm|bin)$/.test(request.url)) return;
    // Overrides the server's own header.
    const { writeHead } = response;
    response.writeHead = (...args) => {
      response.setHeader('Content-Type', 'text/plain');
      for (const headers of args) if (typeof headers === 'object') delete headers['Content-Type'];
      return writeHead.apply(response, args);
    };
  };
  const { page, warnings, pageErrors } = await openPage(t, { files });
  await assertStarts(page);
  const named = warnings.filter((text) => text.includes("is served as 'text/plain'"));
  assert.equal(named.filter((text) => text.includes('.wasm')).length, 2, warnings.join('\n'));
  assert.equal(named.filter((text) => text.includes('.bin')).length, 1, warnings.join('\n'));
  assert.deepEqual(pageErrors, []);
});

test('with files from another origin the worker is a blob that imports it', async (t) => {
  const change = (policy, cdn) =>
    policy
      .replace("script-src 'self'", `script-src ${cdn}`)
      .replace("connect-src 'self'", `connect-src ${cdn}`)
      .replace("worker-src 'self'", `worker-src blob: ${cdn}`);
  const { page } = await openPage(t, { cdn: true, change });
  await assertStarts(page);
});

test('with files from another origin and no blob workers it fails before the camera request', async (t) => {
  const change = (policy, cdn) =>
    policy.replace("script-src 'self'", `script-src ${cdn}`).replace("connect-src 'self'", `connect-src ${cdn}`);
  await assertBlocked(
    await openPage(t, { cdn: true, change }),
    /worker\.js: new Worker\(\): .*; a blob that imports it: /,
    /Add blob: http:\/\/localhost:\d+ to worker-src/,
  );
});

test('with Trusted Types and the policy names of the README', async (t) => {
  const change = (policy) => `${policy}; require-trusted-types-for 'script'; trusted-types nearfar lit-html`;
  const { page, pageErrors } = await openPage(t, { change });
  await assertStarts(page);
  assert.deepEqual(pageErrors, []);
});

test('with Trusted Types without our policy name it fails before the camera request', async (t) => {
  const change = (policy) => `${policy}; require-trusted-types-for 'script'; trusted-types lit-html`;
  const opened = await openPage(t, { change });
  await assertBlocked(opened, /TrustedScriptURL/, /Add "trusted-types nearfar lit-html"/);
});

test('on a cross-origin isolated page', async (t) => {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const { page, pageErrors } = await openPage(t, { headers });
  assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), true);
  await assertStarts(page);
  assert.deepEqual(pageErrors, []);
});
