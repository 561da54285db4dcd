import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../../scripts/lib/serve.mjs';

test('the page is served with the right types and a strict policy', async () => {
  const server = await serve({ port: 0 });
  try {
    const page = await fetch(server.url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.match(
      page.headers.get('content-security-policy'),
      /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/,
    );
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    const script = (await page.text()).match(/src="([^"]+\.js)"/)[1];
    const served = await fetch(new URL(script, server.url));
    assert.match(served.headers.get('content-type'), /^text\/javascript/);
    assert.match(served.headers.get('cache-control'), /immutable/);
    assert.equal((await fetch(new URL('nowhere', server.url))).status, 404);
  } finally {
    await server.close();
  }
});

test('the engine and the model are served with the right types', async () => {
  const { default: assets } = await import('../../pkg/assets.json', { with: { type: 'json' } });
  const server = await serve({ port: 0 });
  try {
    for (const [list, type] of [
      [Object.values(assets.builds), 'application/wasm'],
      [[assets.model], 'application/octet-stream'],
    ]) {
      for (const { url, bytes } of list) {
        const response = await fetch(new URL(url, server.url));
        assert.equal(response.headers.get('content-type'), type);
        assert.match(response.headers.get('cache-control'), /immutable/);
        assert.equal((await response.arrayBuffer()).byteLength, bytes);
      }
    }
  } finally {
    await server.close();
  }
});
