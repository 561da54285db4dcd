// The service's headers in a real browser: a cross-origin isolated page can frame the hosted page, and the API
// documentation works with its strict policy.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { address, LONG_STAGES, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { openService } from '../testkit/service/service.mjs';

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect width="7" height="7" fill="#080"/></svg>';

/** Serves a shop whose page is isolated by `policy`, and a picture without headers for that. */
async function openShop(t, policy) {
  const shop = { html: '' };
  const server = await serve({
    port: 0,
    before(request, response) {
      if (request.url === '/icon.svg') {
        response.writeHead(200, { 'Content-Type': 'image/svg+xml' }).end(ICON);
        return true;
      }
      if (request.url !== '/shop') return false;
      const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': policy };
      response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(shop.html);
      return true;
    },
  });
  t.after(server.close);
  return Object.assign(shop, { url: server.url, origin: new URL(server.url).origin });
}

for (const policy of ['require-corp', 'credentialless']) {
  test(`a page with COEP ${policy} frames the hosted page, and the check passes`, async (t) => {
    const shop = await openShop(t, policy);
    const settings = { frameAncestors: [shop.origin], messageOrigins: [shop.origin] };
    // require-corp would block the integrator's picture.
    const ui =
      policy === 'credentialless'
        ? { locale: 'en', pcTipsPage: { tips: [{ text: 'Look', iconLink: `${shop.url}icon.svg` }] } }
        : undefined;
    const tokenRequest = { returnUrl: `${SHOP}?isLivenessIframe=true` };
    const { page, session, pageErrors } = await openJourney(t, { tokenRequest, settings, ui });
    const src = address(session.url, { language: 'en', constraints: wholeVideo('portrait'), config: LONG_STAGES });
    const frame = `<iframe allow="camera; fullscreen" width="420" height="760" src="${src.replaceAll('&', '&amp;').replaceAll('"', '%22')}">`;
    shop.html = `<!doctype html><script>addEventListener('message', ({ data }) => { document.title = data; });</script>${frame}</iframe>`;
    await page.goto(`${shop.url}shop`);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    const inside = page.frameLocator('iframe');
    if (ui) {
      const icon = inside.locator(`img[src="${shop.url}icon.svg"]`);
      await icon.waitFor();
      assert.equal(await icon.evaluate((image) => image.decode().then(() => image.naturalWidth)), 7);
    }
    await inside.getByRole('button', { name: 'Start camera' }).click();
    await inside.getByRole('button', { name: 'Continue' }).click();
    await page.waitForFunction(() => document.title.includes('successNext'));
    assert.deepEqual(
      pageErrors.filter((text) => /Cross-Origin|Content Security Policy/.test(text)),
      [],
    );
  });
}

test('the API documentation works without inline scripts and styles', async (t) => {
  const { url } = await openService(t);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  const response = await page.goto(`${url}docs/api/`);
  assert.doesNotMatch(response.headers()['content-security-policy'], /unsafe/);
  const operation = page.locator('.opblock', { hasText: '/openapi/liveness/v2/h5/token' });
  await operation.waitFor();
  await operation.locator('.opblock-summary-control').click();
  await operation
    .getByText('Gives', { exact: false })
    .or(operation.getByText('returnUrl', { exact: false }))
    .first()
    .waitFor();
  assert.equal(
    await operation.locator('.opblock-summary-method').evaluate((label) => getComputedStyle(label).color),
    'rgb(255, 255, 255)',
  );

  assert.deepEqual(pageErrors, []);
});
