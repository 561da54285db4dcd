// The element and its components in React and Vue.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';
import { backEnd } from './lib/back-end.mjs';
import { copyExample, FRAMEWORKS, frameworkPages, viteServer } from './lib/consumers.mjs';

const built = new Map();

/** The pages of a framework, built once. */
function pagesOf(framework) {
  if (!built.has(framework)) built.set(framework, frameworkPages(framework));
  return built.get(framework);
}

/** Starts a service for a page on this port. */
async function openServiceFor(t, port) {
  const service = await openService(t, { NEARFAR_CORS_ORIGINS: `http://localhost:${port}` });
  return { service, access: await signIn(service.url, service) };
}

/** A page that records its warnings, its errors, and how often it asked the service for a session. */
async function openBrowser(t) {
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  const [warnings, pageErrors, opened] = [[], [], []];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith('/api/v1/session') && request.method() === 'GET') opened.push(request);
  });
  return { page, warnings, pageErrors, opened };
}

/**
 * Opens one of the pages of a framework.
 * @param {{page: string, html?: (session: object) => string, prepare?: (page) => Promise<void>}} options `html`: returns
 *   the HTML from the server; `prepare`: runs before the page opens
 */
async function open(t, framework, { page: name, html, prepare }) {
  const { folder } = await pagesOf(framework);
  const port = await freePort(0);
  const { service, access } = await openServiceFor(t, port);
  const session = await openSession(service.url, access);
  const site = await serve({ port, folder, connect: new URL(service.url).origin });
  t.after(() => site.close());
  const opened = await openBrowser(t);
  const query = { session: session.url, page: name, ...(html && { html: html(session) }) };
  await prepare?.(opened.page);
  await opened.page.goto(`${site.url}?${new URLSearchParams(query)}`);
  return { ...opened, session };
}

const button = (page, name) => page.getByRole('button', { name });

test('React: an object as an attribute gives a warning on the first render, and the next render passes it', async (t) => {
  const { page, warnings, pageErrors } = await open(t, 'React 19', { page: 'attributes' });
  await button(page, 'Start camera').waitFor();
  assert.ok(
    warnings.some((text) => text.startsWith("<nearfar-liveness> messages: '[object Object]'")),
    warnings.join(),
  );
  await button(page, 'other words').click();
  await button(page, 'Here we go').waitFor();
  assert.deepEqual(pageErrors, []);
});

test("React: a property's name as an attribute applies on the first render", async (t) => {
  const { page, pageErrors } = await open(t, 'React 19', { page: 'names' });
  await button(page, 'Start camera').waitFor();
  assert.deepEqual(pageErrors, []);
});

/** Asserts what the component does with its props, callbacks, class, ref and content. */
async function assertComponentWorks({ page, warnings, pageErrors, opened, session }) {
  await button(page, 'Off we go').waitFor();
  await page.getByText('The shop').waitFor();
  assert.equal(await page.locator('nearfar-liveness').getAttribute('class'), 'check');
  assert.equal(opened.length, 1, 'it opened the session once');
  await button(page, 'other words').click();
  await button(page, 'Here we go').waitFor();
  const event = { sessionId: session.signatureId, tag: 'nearfar-liveness' };
  assert.deepEqual(await page.evaluate(() => globalThis.ready), [
    { start: 'Off we go', ...event },
    { start: 'Here we go', ...event },
  ]);
  assert.deepEqual([warnings, pageErrors], [[], []]);
}

for (const framework of FRAMEWORKS) {
  test(`${framework}: the component, rendered in the browser`, async (t) => {
    await assertComponentWorks(await open(t, framework, { page: 'component' }));
  });

  test(`${framework}: the component, rendered on a server`, async (t) => {
    const { server } = await pagesOf(framework);
    const html = ({ url }) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [server, url], { encoding: 'utf8' });
      assert.deepEqual([status, stderr], [0, '']);
      // Without the session: its token stays out of the HTML.
      assert.match(stdout, /<nearfar-liveness class="check"><p slot="header">The shop<\/p><\/nearfar-liveness>/);
      return stdout.trim();
    };
    await assertComponentWorks(await open(t, framework, { page: 'component', html }));
  });
}

for (const framework of FRAMEWORKS)
  test(`${framework}: the component reports an element that cannot be loaded`, async (t) => {
    let logged;
    const prepare = (page) => {
      logged = page.waitForEvent('console', (message) =>
        message.text().startsWith('<nearfar-liveness> asset_load_failed'),
      );
      return page.route(/\/liveness-[^/]*\.js$/, (route) => route.abort());
    };
    const { page } = await open(t, framework, { page: 'component', prepare });
    const error = await page.waitForFunction(() => globalThis.errors[0]);
    const { code, sessionId, version } = await error.jsonValue();
    assert.deepEqual([code, sessionId], ['asset_load_failed', null]);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    await logged;
  });

for (const [example, file, before, after] of [
  ['react', 'App.tsx', '<Liveness ', '<Liveness className="edited" '],
  ['vue', 'App.vue', '<Liveness ', '<Liveness class="edited" '],
]) {
  test(`examples/${example} keeps the element and its session when its code is edited`, async (t) => {
    const port = await freePort(0);
    const { service, access } = await openServiceFor(t, port);
    const folder = copyExample(example, `${example}-server`);
    const { before: answer } = backEnd(service, access);
    const site = await viteServer(folder, port, answer);
    t.after(() => site.close());
    const { page, pageErrors, opened } = await openBrowser(t);
    await page.goto(site.url);
    await button(page, 'Verify me').click();
    await button(page, 'Start camera').waitFor();
    await page.evaluate(() => {
      document.querySelector('nearfar-liveness').isFirst = true;
    });
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, after));
    await page.locator('nearfar-liveness.edited').waitFor();
    assert.equal(await page.evaluate(() => document.querySelector('nearfar-liveness').isFirst), true);
    await button(page, 'Start camera').waitFor();
    assert.equal(opened.length, 1);
    assert.deepEqual(pageErrors, []);
  });
}
