// Deployment errors: each logs one console message that names its cause and its cure.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { policy, serve } from '../testkit/page/serve.mjs';

const HTML = '<!doctype html><html lang="en"><title>shop</title><link rel="icon" href="data:,"><body></body></html>';
const FRAMING = `<!doctype html><title>framing</title><iframe src="/page" allow="camera 'none'"></iframe>`;

const cleanups = [];
let browser;

before(async () => {
  browser = await launchChromium({ args: ['--host-resolver-rules=MAP plain.test localhost'] });
  cleanups.push(() => browser.close());
});

after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

/**
 * Opens a page that may import the package. `change` changes its policy; `files(request, response)` may answer a
 * request; `start`: the page's address, instead of the site's own.
 */
async function openPage(t, { change = (policy) => policy, files = () => false, headers = {}, start } = {}) {
  const site = await serve({
    port: 0,
    folder: PACKAGE,
    before(request, response) {
      if (files(request, response)) return true;
      if (request.url !== '/page' && request.url !== '/framing') return false;
      response.writeHead(200, {
        'Content-Type': 'text/html',
        'Content-Security-Policy': change(policy({ inline: true })).replace('frame-ancestors *', "frame-src 'self'"),
        ...headers,
      });
      response.end(request.url === '/framing' ? FRAMING : HTML);
      return true;
    },
  });
  t.after(() => site.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  const logged = [];
  page.on('console', (message) => {
    // The browser logs its own errors too.
    if (/^(createCapture|nearfar)/.test(message.text())) logged.push(message.text());
  });
  await page.goto(start?.(site) ?? `${site.url}page`);
  return { page, logged };
}

/** Runs in the page: creates a capture and starts it; returns the code of the error. */
async function capture(load) {
  const { createCapture } = await import('/dist/index.js');
  const video = document.createElement('video');
  try {
    const created = await createCapture({ video, load });
    await created.start();
    await created.destroy();
    return null;
  } catch ({ code }) {
    return code;
  }
}

/** Asserts that one message names the code and the cure. */
async function assertCure({ page, logged }, code, cure) {
  for (let waits = 0; logged.length === 0 && waits < 50; waits += 1) await page.waitForTimeout(100);
  assert.equal(logged.length, 1, logged.join('\n'));
  assert.match(logged[0], new RegExp(`^createCapture ${code}: `));
  assert.match(logged[0], cure);
}

/** Answers each request of an engine's wasm. */
const wasm = (answer) => (request, response) => {
  if (!request.url.endsWith('.wasm')) return false;
  answer(response);
  return true;
};

const html = (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');

for (const [name, code, cure, options, load] of [
  [
    'a missing file',
    'asset_load_failed',
    /HTTP 404.*dist\/assets.*assets-url/,
    { files: wasm((response) => response.writeHead(404).end()) },
  ],
  [
    'a page in place of a file',
    'asset_load_failed',
    /text\/html.*Content-Type application\/wasm/,
    { files: wasm(html) },
  ],
  [
    'a slow file',
    'asset_timeout',
    /not loaded after 700 ms.*timeouts='\{"load": 60000\}'/,
    { files: wasm(() => {}) },
    { timeoutMs: 700 },
  ],
  [
    'a policy without workers',
    'worker_blocked',
    /Add 'self' to worker-src/,
    { change: (policy) => policy.replace("worker-src 'self'", "worker-src 'none'") },
  ],
  [
    'a policy without wasm',
    'no_wasm',
    /'wasm-unsafe-eval' to script-src/,
    { change: (policy) => policy.replace(" 'wasm-unsafe-eval'", '') },
  ],
  [
    'Trusted Types without our policy',
    'worker_blocked',
    /trusted-types nearfar lit-html/,
    { change: (policy) => `${policy}; require-trusted-types-for 'script'; trusted-types lit-html` },
  ],
  [
    'a header that forbids the camera',
    'permission_policy_blocked',
    /Permissions-Policy: camera=\(self\)/,
    { headers: { 'Permissions-Policy': 'camera=()' } },
  ],
  [
    'a page without https',
    'insecure_context',
    /http:\/\/plain\.test:\d+: serve the page, .* over https/,
    { start: ({ port }) => `http://plain.test:${port}/page` },
  ],
])
  test(name, async (t) => {
    const opened = await openPage(t, options);
    assert.equal(await opened.page.evaluate(capture, load), code);
    await assertCure(opened, code, cure);
  });

test('a frame without the camera', async (t) => {
  const opened = await openPage(t, { start: (site) => `${site.url}framing` });
  const [, frame] = opened.page.frames();
  await frame.waitForLoadState();
  assert.equal(await frame.evaluate(capture, undefined), 'permission_policy_blocked');
  await assertCure(opened, 'permission_policy_blocked', /Add allow="camera; autoplay; fullscreen" to the <iframe>/);
});
