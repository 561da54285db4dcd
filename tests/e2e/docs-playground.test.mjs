// The playground of the documentation site: a change shows in the preview, in the code and in the address, and the copied
// code works.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { elementManifest } from '../../scripts/build/element-manifest.mjs';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { configureUiTable } from '../../scripts/build/site/ui-fields.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openSession, post, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';

const VIEWPORT = { width: 1400, height: 1000 };

/** Opens the playground of a new service. */
async function openPlayground(t, service, options = {}) {
  const browser = await launchChromium();
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: VIEWPORT, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(`${service.url}docs/playground/`);
  const preview = page.frameLocator('#preview');
  await preview.getByRole('button', { name: 'Start camera' }).waitFor();
  const code = (name) =>
    page
      .getByRole('tab', { name, exact: true })
      .click()
      .then(() => page.locator('#code code:visible').textContent());
  return { context, page, preview, errors, code };
}

/** Opens the part of the settings with this title. */
const openPart = (page, title) =>
  page.locator('.fields', { has: page.locator('summary', { hasText: title }) }).evaluate((part) => {
    part.open = true;
  });

test('attributes, colours and fields of ConfigureUI show in the preview, the code and the address', async (t) => {
  const service = await openService(t);
  const { page, preview, errors, code } = await openPlayground(t, service);

  const { modules } = await elementManifest();
  const { attributes, cssProperties } = modules[0].declarations.find(({ customElement }) => customElement);
  for (const { name } of [...attributes, ...cssProperties])
    assert.equal(await page.locator(`#controls [data-name="${name}"]`).count(), 1, name);
  const { topLevel, pages } = configureUiTable();
  for (const [part, fields] of [['', topLevel], ...Object.entries(pages)])
    for (const [name] of fields)
      assert.equal(await page.locator(`[data-target="ui"][data-page="${part}"][data-name="${name}"]`).count(), 1, name);

  await page.getByLabel('locale', { exact: true }).first().fill('de');
  await preview.getByRole('button', { name: 'Kamera starten' }).waitFor();
  await openPart(page, 'Colours and shape');
  await page.getByLabel('--nearfar-accent', { exact: true }).fill('#b0307a');
  await openPart(page, 'mobileTipsPage');
  await page.locator('#ui-mobileTipsPage-title').fill('A <b>quick</b> look');
  await preview.getByText('A <b>quick</b> look').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'ui-mobileTipsPage-title', 'the focus stays');
  const button = preview.locator('button').first();
  await page.waitForFunction(
    () => {
      const element = document.querySelector('#preview').contentDocument.querySelector('nearfar-liveness');
      const start = element?.shadowRoot.querySelector('[part~="start"]');
      return start && getComputedStyle(start).backgroundColor === 'rgb(176, 48, 122)';
    },
    undefined,
    { polling: 100 },
  );
  assert.ok(await button.isVisible());

  const html = await code('HTML');
  assert.match(html, /locale="de"/);
  assert.match(html, /--nearfar-accent: #b0307a;/);
  assert.match(await code('React'), /<Liveness[^>]*\n\s+sessionUrl="[^"]+"\n\s+locale="de"/);
  assert.deepEqual(JSON.parse(await code('ConfigureUI')), {
    locale: 'en_US',
    mobileTipsPage: { title: 'A <b>quick</b> look' },
  });

  // The address has it all.
  await page.reload();
  await preview.getByText('A <b>quick</b> look').waitFor();
  assert.equal(await code('HTML'), html);
  assert.deepEqual(errors, []);
});

test('an invalid value is reported and left out', async (t) => {
  const { page, code } = await openPlayground(t, await openService(t));
  await openPart(page, 'mobileTipsPage');
  const field = page.locator('#ui-mobileTipsPage-backgroundColor');
  await field.fill('red');
  await page.locator('#problems', { hasText: 'mobileTipsPage.backgroundColor is left out' }).waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.deepEqual(JSON.parse(await code('ConfigureUI')), { locale: 'en_US' });
  await field.fill('#ff0000');
  await page.locator('#problems:empty').waitFor({ state: 'attached' });
  assert.deepEqual(JSON.parse(await code('ConfigureUI')).mobileTipsPage, { backgroundColor: '#ff0000' });
  await page.locator('#filter').fill('failedDialog');
  assert.equal(await page.locator('#ui-mobileTipsPage-backgroundColor').isVisible(), false);
});

test('the preview shows every screen, and a whole capture with the drawn person', async (t) => {
  const { page, preview, errors } = await openPlayground(t, await openService(t));
  for (const screen of ['failed', 'retry', 'expired', 'scoring']) {
    await page.locator('#screen').selectOption(screen);
    await preview.locator('[part~="result"], [part~="notice"], .progress').first().waitFor();
  }
  await page.locator('#device').selectOption('computer');
  await page.locator('#screen').selectOption('handoff');
  await preview.locator('svg.code').waitFor();
  await page.locator('#scenario').selectOption('permission_denied');
  await page.locator('#screen').selectOption('camera');
  await preview.locator('[part~="notice"]').waitFor();
  await page.locator('#scenario').selectOption('captured');
  await preview.locator('[part~="result"]').waitFor();
  const names = await page.locator('#events li code').allTextContents();
  for (const name of ['started', 'captured', 'complete']) assert.ok(names.includes(name), `${name} in ${names}`);
  assert.deepEqual(
    errors.filter((text) => !/permission_denied|nearfar-liveness/.test(text)),
    [],
  );
});

/** Serves a page of an integrator's, and the package at /nearfar/. */
async function openShop(t) {
  const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
  const shop = { html: '' };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const path = pathname.startsWith('/nearfar/') ? join(PACKAGE, normalize(pathname.slice('/nearfar'.length))) : '';
    if (path && statSync(path, { throwIfNoEntry: false })?.isFile()) {
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type }).end(readFileSync(path));
    } else response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(shop.html);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  t.after(() => server.close());
  return Object.assign(shop, { origin: `http://localhost:${server.address().port}` });
}

test('the copied code works: the page with a real session, and ConfigureUI', async (t) => {
  const shop = await openShop(t);
  const service = await openService(t, { NEARFAR_CORS_ORIGINS: shop.origin });
  const { context, page, code } = await openPlayground(t, service);
  await page.getByLabel('theme', { exact: true }).selectOption('dark');
  await openPart(page, 'Colours and shape');
  await page.getByLabel('--nearfar-paper', { exact: true }).fill('#102030');
  await openPart(page, 'mobileTipsPage');
  await page.locator('#ui-mobileTipsPage-title').fill('Shall we?');
  await openPart(page, 'pcTipsPage');
  await page.locator('#ui-pcTipsPage-tips').fill('[{"text": "Sit down"}]');

  const copied = async (name) => {
    await code(name);
    await page.locator('#code').getByRole('button', { name: 'Copy' }).click();
    await page.locator('#code').getByRole('button', { name: 'Copied' }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const html = await copied('HTML');
  const ui = JSON.parse(await copied('ConfigureUI'));
  const access = await signIn(service.url, service);
  await post(`${service.url}openapi/liveness/v1/h5/configureUI`, access, ui);
  const { url } = await openSession(service.url, access);
  shop.html = `<!doctype html><html lang="en">${html.replace('https://liveness.example/h5/?token=…', url.replaceAll('&', '&amp;'))}</html>`;
  const own = await context.newPage();
  await own.goto(shop.origin);
  await own.getByText('Shall we?').waitFor();
  await own.getByText('Sit down').waitFor();
  const paper = await own.locator('nearfar-liveness').evaluate((element) => {
    return getComputedStyle(element).getPropertyValue('--paper').trim();
  });
  assert.equal(paper, '#102030');
});
