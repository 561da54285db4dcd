// The page's files and headers, from the tests' static host and from the service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../testkit/page/serve.mjs';
import { openService } from '../testkit/service/service.mjs';

async function staticHost(t) {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  return server.url;
}

const HOSTS = [
  ['the static host', staticHost, '*'],
  ['the service', async (t) => (await openService(t)).url, "'none'"],
];

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

for (const [name, open, ancestors] of HOSTS) {
  test(`${name} serves the page with the right types and a strict policy`, async (t) => {
    const url = await open(t);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    const policy = page.headers.get('content-security-policy').split('; ');
    assert.deepEqual(policy, [`frame-ancestors ${ancestors}`, ...POLICY]);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(page.headers.get('permissions-policy'), 'camera=(self), microphone=(), geolocation=()');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    const script = (await page.text()).match(/src="([^"]+\.js)"/)[1];
    const served = await fetch(new URL(script, url));
    assert.match(served.headers.get('content-type'), /^text\/javascript/);
    assert.match(served.headers.get('cache-control'), /immutable/);
    assert.equal((await fetch(new URL('nowhere', url))).status, 404);
  });

  test(`${name} serves the engine and the model with the right types`, async (t) => {
    const { default: assets } = await import('../../pkg/assets.json', { with: { type: 'json' } });
    const url = await open(t);
    for (const [list, type] of [
      [[...Object.values(assets.builds), assets.sealing], 'application/wasm'],
      [[assets.model], 'application/octet-stream'],
    ]) {
      for (const { file, bytes } of list) {
        const response = await fetch(new URL(`assets/${file}`, url));
        assert.equal(response.headers.get('content-type'), type);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
        assert.match(response.headers.get('cache-control'), /immutable/);
        assert.equal((await response.arrayBuffer()).byteLength, bytes);
      }
    }
  });
}
