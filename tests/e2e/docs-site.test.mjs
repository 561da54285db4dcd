// The documentation site as it is built: its links, search, policy and accessibility, on phones and without scripts.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { sections } from '../../scripts/build/site/pages.mjs';
import { SITE } from '../../scripts/build/site.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openService } from '../testkit/service/service.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 320, height: 640 };
const DESKTOP = { width: 1400, height: 900 };

/** Every page's path from the site's folder. */
const PAGES = readdirSync(SITE, { recursive: true })
  .filter((name) => name.endsWith('index.html'))
  .sort();
const html = (path) => readFileSync(join(SITE, path), 'utf8');

/** The values of an attribute in a page, without entities. */
function values(text, attribute) {
  const found = text.matchAll(new RegExp(`<[^>]*\\s${attribute}="([^"]*)"`, 'g'));
  return [...found].map(([, value]) => value.replaceAll('&amp;', '&').replaceAll('&quot;', '"'));
}

/** The file of the site at a URL. */
function fileAt({ pathname }) {
  const path = join(SITE, decodeURIComponent(pathname));
  return existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
}

test('every link and every anchor of the site leads to something', () => {
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, new Set(values(readFileSync(file, 'utf8'), 'id')));
    return ids.get(file);
  };
  const broken = [];
  let checked = 0;
  for (const path of PAGES) {
    const text = html(path);
    const base = new URL(`/${path}`, 'http://site.invalid');
    for (const address of [...values(text, 'href'), ...values(text, 'src')]) {
      const url = new URL(address, base);
      if (url.origin !== base.origin) continue;
      checked += 1;
      const file = fileAt(url);
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (!existsSync(file)) broken.push(`${path}: ${address}`);
      // A state of the playground is no anchor.
      else if (anchor && !anchor.startsWith('{') && !idsOf(file).has(anchor)) broken.push(`${path}: ${address}`);
    }
  }
  assert.ok(checked > 5000, `${checked} links`);
  assert.deepEqual(broken, []);
});

test('pages have no inline scripts or styles, and load nothing from other hosts', () => {
  const wrong = PAGES.flatMap((path) => {
    const text = html(path).replace(/<pre.*?<\/pre>/gs, '');
    const inline = text.match(/<script(?![^>]*\ssrc=)[^>]*>|<style\b|<[^>]+\s(?:style|on\w+)="/g) ?? [];
    const loads = text.match(/<(?:script|img|iframe|link)\b[^>]*\s(?:src|href)="(?:[a-z]+:|\/)[^"]*"/g) ?? [];
    return [...inline, ...loads].map((found) => `${path}: ${found}`);
  });
  assert.deepEqual(wrong, []);
});

/** Opens a browser's page that collects errors: uncaught ones, and those of the console and the policy. */
async function openPage(t, browser, options = {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(`${page.url()}: ${message.text()}`);
  });
  return { page, errors };
}

/** What axe finds, by rule and element. */
async function findings(page, exclude) {
  await page.evaluate(AXE);
  return page.evaluate(async (excluded) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // Swagger UI adds a main landmark of its own.
    const rules = document.querySelector('#swagger-ui') ? { 'landmark-no-duplicate-main': { enabled: false } } : {};
    const options = { runOnly: { type: 'tag', values: tags }, rules };
    const { violations } = await globalThis.axe.run({ exclude: excluded }, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
  }, exclude);
}

test('the site in a browser', async (t) => {
  const { url } = await openService(t);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const docs = `${url}docs/`;

  await t.test('no page has an error, violates the policy, or is wider than a phone', async (t) => {
    const { page, errors } = await openPage(t, browser, { viewport: PHONE });
    const wide = [];
    for (const path of PAGES.filter((path) => path !== 'playground/preview/index.html')) {
      const response = await page.goto(docs + path.replace('index.html', ''));
      assert.equal(response.status(), 200, path);
      assert.doesNotMatch(response.headers()['content-security-policy'], /unsafe/, path);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) wide.push(`${path}: ${overflow} px`);
    }
    assert.deepEqual(errors, []);
    assert.deepEqual(wide, []);
  });

  await t.test('axe finds nothing, in light and dark, on a desktop and a phone', async (t) => {
    for (const options of [
      { viewport: DESKTOP, colorScheme: 'light' },
      { viewport: PHONE, colorScheme: 'dark' },
    ]) {
      const { page } = await openPage(t, browser, options);
      for (const path of ['', 'overview/', 'embed/', 'theming/', 'server/', 'playground/', 'api/']) {
        await page.goto(docs + path);
        // Swagger UI is another project's, and the previews have tests of their own.
        assert.deepEqual(await findings(page, [['#swagger-ui'], ['iframe']]), [], `${path} ${options.colorScheme}`);
      }
      await page.goto(docs);
      await page.keyboard.press('/');
      await page.keyboard.type('retention');
      await page.locator('#search-results a').first().waitFor();
      assert.deepEqual(await findings(page, []), [], `search ${options.colorScheme}`);
    }
  });

  await t.test('the search finds headings, options and code, and leads to the section', async (t) => {
    const { page, errors } = await openPage(t, browser, { viewport: DESKTOP });
    await page.goto(`${docs}overview/`);
    for (const [query, heading] of [
      ['test accounts', 'Test accounts'],
      ['allowedReturnSchemes', 'As a page of its own'],
      ['nonce_second', ''],
      ['configureUI', 'POST /openapi/liveness/v1/h5/configureUI'],
      ['nextStepButtonText', 'mobileResultPage'],
    ]) {
      await page.keyboard.press('Control+k');
      await page.locator('#search-input').fill(query);
      const first = page.locator('#search-results a').first();
      await first.waitFor();
      if (heading) await page.locator('#search-results strong', { hasText: heading }).first().waitFor();
      await page.keyboard.press('ArrowDown');
      assert.equal(await first.evaluate((link) => link === document.activeElement), true);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('/');
    await page.locator('#search-input').fill('Test accounts');
    await page.locator('#search-results mark').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/docs\/accounts\/#test-accounts$/);
    await page.keyboard.press('/');
    await page.locator('#search-input').fill('xyzzyqqq');
    await page.locator('#search-status', { hasText: 'Nothing found' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#search').isVisible(), false, 'Escape does not only clear the field');
    assert.deepEqual(errors, []);
  });

  await t.test('without scripts every page is readable and reachable', async (t) => {
    const { page } = await openPage(t, browser, { viewport: PHONE, javaScriptEnabled: false });
    await page.goto(`${docs}server/`);
    assert.equal(await page.locator('#search-open').isVisible(), false, 'no button without a function');
    assert.equal(await page.locator('#menu').isVisible(), false);
    await page.getByRole('link', { name: 'Menu' }).click();
    await page.locator('#menu').getByRole('link', { name: 'Embed the check' }).click();
    await page.getByRole('heading', { level: 1, name: 'Embed the check' }).waitFor();
    for (const name of ['React', 'Angular', 'Nuxt'])
      await page.getByRole('heading', { name, exact: false }).first().waitFor();
    assert.equal(await page.locator('.tab').count(), 7, 'all variants');
  });

  await t.test('colours, menu, tabs and copies work', async (t) => {
    const context = await browser.newContext({ viewport: PHONE, colorScheme: 'light' });
    t.after(() => context.close());
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    await page.goto(`${docs}embed/`);
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await paper(), 'rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    assert.equal(await paper(), 'rgb(14, 21, 27)');
    await page.reload();
    assert.equal(await paper(), 'rgb(14, 21, 27)', 'the choice is remembered');

    const menu = page.locator('#menu');
    await page.getByRole('button', { name: 'Menu' }).click();
    await menu.waitFor();
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });

    const tab = (name) => page.getByRole('tab', { name, exact: true });
    assert.equal(await tab('HTML').getAttribute('aria-selected'), 'true');
    await tab('HTML').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await tab('React').getAttribute('aria-selected'), 'true');
    const panel = page.getByRole('tabpanel');
    await panel.getByRole('button', { name: 'Copy' }).click();
    await panel.getByRole('button', { name: 'Copied' }).waitFor();
    const example = readFileSync(join(SITE, '..', '..', 'examples', 'react', 'App.tsx'), 'utf8');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), example);
    await page.goto(`${docs}embed/#svelte`);
    await page.reload();
    assert.equal(await tab('Svelte').getAttribute('aria-selected'), 'true', 'an address opens its tab');
  });
});

test('the first page leads to every page, those of a folder through its first one', () => {
  for (const { url, children } of sections().flatMap(({ pages }) => pages)) {
    assert.ok(values(html('index.html'), 'href').includes(url), url);
    const below = values(html(`${url}index.html`), 'href').map(
      (href) => new URL(href, `http://site.invalid/${url}`).pathname,
    );
    for (const child of children) assert.ok(below.includes(`/${child.url}`), child.url);
  }
});
