// The element in React 19, which writes attributes instead of properties until the element is defined.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';
import { reactAttributes } from './lib/consumers.mjs';

let folder;

before(async () => {
  ({ folder } = await reactAttributes());
});

/** Opens one of the pages of consumers/react-attributes. */
async function open(t, name) {
  const port = await freePort(0);
  const service = await openService(t, { NEARFAR_CORS_ORIGINS: `http://localhost:${port}` });
  const session = await openSession(service.url, await signIn(service.url, service));
  const site = await serve({ port, folder, connect: new URL(service.url).origin });
  t.after(() => site.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  const [warnings, pageErrors] = [[], []];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  await page.goto(`${site.url}?${new URLSearchParams({ session: session.url, page: name })}`);
  return { page, warnings, pageErrors };
}

const button = (page, name) => page.getByRole('button', { name });

test('an object on the first render gives a warning, and the next render passes it', async (t) => {
  const { page, warnings, pageErrors } = await open(t, 'attributes');
  await button(page, 'Start camera').waitFor();
  assert.ok(
    warnings.some((text) => text.startsWith("<nearfar-liveness> messages: '[object Object]'")),
    warnings.join(),
  );
  await button(page, 'other words').click();
  await button(page, 'Here we go').waitFor();
  assert.deepEqual(pageErrors, []);
});

test("a property's name on the first render applies", async (t) => {
  const { page, pageErrors } = await open(t, 'names');
  await button(page, 'Start camera').waitFor();
  assert.deepEqual(pageErrors, []);
});

test('the wrapper of examples/ passes objects on the first render', async (t) => {
  const { page, warnings, pageErrors } = await open(t, 'wrapper');
  await button(page, 'Off we go').waitFor();
  assert.deepEqual([warnings, pageErrors], [[], []]);
});
