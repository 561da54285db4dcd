// The element on a page whose origin is not in the service's cors_origins.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/cli/run.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** Serves a shop with the element, on its own origin. */
async function openShop(t, connect) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'www/src/npm/index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    define: { __NEARFAR_VERSION__: '"0.0.0"' },
  });
  const files = {
    '/shop': ['text/html', '<!doctype html><title>shop</title>'],
    '/element.js': ['text/javascript', outputFiles[0].text],
  };
  const shop = await serve({
    port: 0,
    connect,
    inline: true,
    before(request, response) {
      const file = files[request.url];
      if (file) response.writeHead(200, { 'Content-Type': file[0] }).end(file[1]);
      return file !== undefined;
    },
  });
  t.after(shop.close);
  return shop;
}

/** Adds the element to the shop. `globalThis.errors` lists its errors. */
async function addElement(page, shop, session) {
  await page.goto(`${shop.url}shop`);
  await page.evaluate(async (url) => {
    const { defineElement } = await import('/element.js');
    await defineElement();
    globalThis.errors = [];
    const element = document.createElement('nearfar-liveness');
    element.addEventListener('error', ({ detail }) => globalThis.errors.push(detail));
    Object.assign(element, { sessionUrl: url, locale: 'en' });
    document.body.append(element);
  }, session.url);
}

test('an origin that is not in cors_origins: the page names who can fix it, console and event say how', async (t) => {
  const { page, session, service, pageErrors, heading } = await openJourney(t, { scenario: null });
  const shop = await openShop(t, new URL(service.url).origin);
  await addElement(page, shop, session);
  await heading('Something went wrong').waitFor();
  await page
    .getByText('This website isn’t set up correctly for the check. Please contact the website’s support.')
    .waitFor();
  const errors = await page.evaluate(() => globalThis.errors);
  assert.equal(errors.length, 1);
  const [{ code, cause, message }] = errors;
  assert.deepEqual([code, cause], ['origin_refused', 'ORIGIN_REFUSED']);
  for (const text of [message, pageErrors.find((text) => text.includes('cors_origins')) ?? '']) {
    assert.ok(text.includes('cors_origins'), text);
    assert.ok(text.includes(new URL(shop.url).origin) && text.includes(new URL(service.url).origin), text);
  }
});

test('an unavailable service is no CORS error: the page waits for it', async (t) => {
  const { page, session, service, button } = await openJourney(t, {
    scenario: null,
    env: { NEARFAR_CORS_ORIGINS: 'https://shop.example' },
  });
  const shop = await openShop(t, new URL(service.url).origin);
  // The response of a proxy while the service is down. It has no CORS headers.
  await page.route(`${service.url}**`, (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await addElement(page, shop, session);
  await button('Try now').waitFor();
  // The last route takes precedence, so there is no gap between the two.
  await page.route(`${service.url}**`, (route) => route.abort('connectionrefused'));
  await button('Try now').click();
  await page.getByText('Poor connection.').first().waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.errors), []);
});
