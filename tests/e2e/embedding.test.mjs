// The page in a frame, with the snippet of docs/INTEGRATION.md, and in an app.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { address, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';

const TOKEN_REQUEST = { returnUrl: `${SHOP}?isLivenessIframe=true` };

function snippet() {
  const [, html] = /^```html\n(.*?)^```$/ms.exec(readFileSync(join(root, 'docs/INTEGRATION.md'), 'utf8'));
  return html;
}

test('the frame snippet: the page fills the screen, and its parent receives the result', async (t) => {
  let html = '';
  const parent = await serve({
    port: 0,
    before(request, response) {
      if (request.url !== '/shop') return false;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
      return true;
    },
  });
  t.after(parent.close);
  const origin = new URL(parent.url).origin;
  const settings = { frameAncestors: [origin], messageOrigins: [origin] };
  const { page, session } = await openJourney(t, { tokenRequest: TOKEN_REQUEST, settings });
  html = snippet().replace(
    'LIVENESS_URL',
    address(session.url, { language: 'en', constraints: wholeVideo('portrait') }),
  );
  await page.goto(`${parent.url}shop`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start camera' }).click();
  await page.waitForFunction(() => document.fullscreenElement?.id === 'liveness');
  await frame.getByRole('button', { name: 'Continue' }).click();
  await page.waitForFunction(() => document.title.includes(' '));
  assert.equal(await page.title(), `passed ${session.signatureId}`);
  assert.equal(await page.evaluate(() => document.fullscreenElement), null);
});

test('an app receives the result through its injected object, and the page stays', async (t) => {
  const { page, open, button, heading, session } = await openJourney(t, { tokenRequest: TOKEN_REQUEST });
  await page.addInitScript(() => {
    globalThis.messages = [];
    globalThis.nearfarHost = { postMessage: (text) => globalThis.messages.push(text) };
  });
  await open({ language: 'en' });
  await button('Start camera').click();
  await button('Continue').click();
  await heading('This check is finished').waitFor();
  const messages = await page.evaluate(() => globalThis.messages);
  assert.deepEqual(messages.map(JSON.parse), [{ info: 'successNext', signatureId: session.signatureId }]);
});

test('a frame without camera permission says why', async (t) => {
  let src = '';
  const parent = await serve({
    port: 0,
    before(request, response) {
      if (request.url !== '/shop') return false;
      const frame = `<iframe width="420" height="760" src="${src.replaceAll('&', '&amp;').replaceAll('"', '%22')}"></iframe>`;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html>${frame}`);
      return true;
    },
  });
  t.after(parent.close);
  const settings = { frameAncestors: [new URL(parent.url).origin] };
  const { page, session } = await openJourney(t, { tokenRequest: TOKEN_REQUEST, settings });
  src = address(session.url, { language: 'en' });
  // Another site, like an integrator's.
  await page.goto(`${parent.url}shop`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start camera' }).click();
  await frame.getByRole('heading', { name: 'The camera isn’t working' }).waitFor();
  await frame.getByText('doesn’t let it use the camera').waitFor();
});
