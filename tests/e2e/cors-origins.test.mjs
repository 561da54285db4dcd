// The element on a page whose origin the service does not know.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/cli/run.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** A shop with the element in it, on an origin of its own. */
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

/** Puts the element into the shop; its errors are in `told`. */
async function put(page, shop, session) {
  await page.goto(`${shop.url}shop`);
  await page.evaluate(async (url) => {
    const { defineElement } = await import('/element.js');
    await defineElement();
    globalThis.told = [];
    const element = document.createElement('nearfar-liveness');
    element.addEventListener('error', ({ detail }) => globalThis.told.push(detail));
    Object.assign(element, { sessionUrl: url, locale: 'en' });
    document.body.append(element);
  }, session.url);
}

test('an origin that is not in cors_origins: a page that says whose it is to mend, and a console and an event that say how', async (t) => {
  const { page, session, service, pageErrors, heading } = await openJourney(t, { scenario: null });
  const shop = await openShop(t, new URL(service.url).origin);
  await put(page, shop, session);
  await heading('Something went wrong').waitFor();
  await page.getByText('This website is not set up correctly for the check. Please tell its owner.').waitFor();
  const told = await page.evaluate(() => globalThis.told);
  assert.equal(told.length, 1);
  const [{ code, cause, message }] = told;
  assert.deepEqual([code, cause], ['service', 'ORIGIN_REFUSED']);
  for (const text of [message, pageErrors.find((text) => text.includes('cors_origins')) ?? '']) {
    assert.ok(text.includes('cors_origins'), text);
    assert.ok(text.includes(new URL(shop.url).origin) && text.includes(new URL(service.url).origin), text);
  }
});

test('a service that is away is no matter of origins: the page waits for it', async (t) => {
  const { page, session, service, button } = await openJourney(t, {
    scenario: null,
    env: { NEARFAR_CORS_ORIGINS: 'https://shop.example' },
  });
  const shop = await openShop(t, new URL(service.url).origin);
  // What a proxy says before a service that is away. It lets no page read it.
  await page.route(`${service.url}**`, (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await put(page, shop, session);
  await button('Try now').waitFor();
  // The route that was added last counts; between two there would be a moment without any.
  await page.route(`${service.url}**`, (route) => route.abort('connectionrefused'));
  await button('Try now').click();
  await page.getByText('The connection is bad.').first().waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.told), []);
});
