// Chunks of the page that fail to load, once or always, and browsers without the fields of `navigator` that the page
// uses.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { viewport } from '../testkit/page/capture.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

let server;
let browser;
before(async () => {
  server = await serve({ port: 0 });
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await server.close();
});

async function newPage(t) {
  const page = await browser.newPage({ viewport: viewport('portrait') });
  t.after(() => page.close());
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  return { page, errors };
}

/** The scripts and style sheets that the page loads before it first renders, by the stable start of their names. */
const names = readdirSync(join(root, 'dist')).filter((name) => /\.(js|css)$/.test(name));
const named = (start) => names.filter((name) => name.startsWith(start));
const CHUNKS = {
  'the journey': named('www_src_flow_hosted'),
  'the texts': named('www_src_locales_'),
};

/** How often the page requests a chunk: see www/src/lib/chunks.ts. */
const TRIES = 3;
const TIMEOUT_MS = 120_000;

/** Breaks the first request for each of these files, or all requests. Returns the broken ones. */
async function breakRequests(page, files, always) {
  const broken = [];
  for (const file of files)
    await page.route(`**/${file}`, (route) => {
      if (!always && broken.includes(file)) return route.continue();
      broken.push(file);
      return route.abort('connectionreset');
    });
  return broken;
}

/** Starts opening a session's page without waiting for it. */
function startOpening(page, language) {
  openScreen(page, server.url, 'tips', language).catch(() => undefined);
}

for (const [what, files] of Object.entries(CHUNKS)) {
  test(`${what}: a chunk that fails to load is requested again`, async (t) => {
    assert.ok(files.length > 0);
    const { page, errors } = await newPage(t);
    const broken = await breakRequests(page, files, false);
    await openScreen(page, server.url, 'tips', 'de_DE');
    await page.getByRole('heading', { name: 'Kurze Gesichtsprüfung' }).waitFor();
    assert.ok(broken.length > 0);
    assert.deepEqual(errors, []);
  });

  test(`${what}: a chunk that never loads gives an English message, and "Reload page" reloads it`, async (t) => {
    const { page, errors } = await newPage(t);
    const broken = await breakRequests(page, files, true);
    // The fallback may show briefly before the script hides it, so wait until the last try has failed.
    const failed = (request) =>
      files.some((file) => broken.filter((name) => name === file).length >= TRIES && request.url().endsWith(file));
    const last = page.waitForEvent('requestfailed', { predicate: failed, timeout: TIMEOUT_MS });
    startOpening(page, 'de_DE');
    await last;
    await page.getByRole('heading', { name: 'The page didn’t load completely' }).waitFor();
    assert.deepEqual(errors, []);
    for (const file of files) await page.unroute(`**/${file}`);
    await page.locator('button, a').filter({ hasText: 'Reload page' }).click();
    await page.getByRole('heading', { name: 'Kurze Gesichtsprüfung' }).waitFor();
  });
}

test('a language whose texts never load falls back to English', async (t) => {
  const { page } = await newPage(t);
  await breakRequests(page, named('www_src_locales_de_DE'), true);
  await openScreen(page, server.url, 'tips', 'de_DE');
  await page.getByRole('heading', { name: 'Quick face check' }).waitFor();
});

test('without its style sheet the page works, and requests it again', async (t) => {
  const { page, errors } = await newPage(t);
  const broken = await breakRequests(
    page,
    named('page.').filter((name) => name.endsWith('.css')),
    false,
  );
  await openScreen(page, server.url, 'tips', 'en_US');
  assert.equal(broken.length, 1);
  await page.waitForFunction(() => document.styleSheets.length > 0);
  const forever = await newPage(t);
  await breakRequests(
    forever.page,
    named('page.').filter((name) => name.endsWith('.css')),
    true,
  );
  await openScreen(forever.page, server.url, 'tips', 'en_US');
  assert.equal(await forever.page.locator('#fallback').count(), 0);
  assert.deepEqual([...errors, ...forever.errors], []);
});

test('without the first script the page shows a message and a link', async (t) => {
  const { page } = await newPage(t);
  const scripts = named('page.').filter((name) => name.endsWith('.js'));
  await breakRequests(page, scripts, true);
  startOpening(page, 'en_US');
  await page.getByRole('heading', { name: 'The page didn’t load completely' }).waitFor();
  for (const file of scripts) await page.unroute(`**/${file}`);
  await page.getByRole('link', { name: 'Reload page' }).click();
  await page.getByRole('heading', { name: 'Quick face check' }).waitFor();
});

/** The fields of `navigator` that the page's own code uses. */
function navigatorFields() {
  const sources = join(root, 'www', 'src');
  const files = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(join(sources, name), 'utf8')).join('\n');
  const direct = [...text.matchAll(/\bnavigator(?:\?)?\.(\w+)/g)];
  const taken = [...text.matchAll(/const \{ ([\w, ]+) \} = navigator\b/g)];
  const quoted = [...text.matchAll(/'(\w+)' in navigator\b/g)];
  const all = [...direct, ...quoted, ...taken].flatMap(([, names]) => names.split(/,\s*/));
  return [...new Set(all)].sort();
}

/** Runs before the page: removes fields of `navigator`, as in browsers that lack them. */
function removeNavigatorFields(names) {
  for (const name of names) {
    for (let owner = navigator; owner; owner = Object.getPrototypeOf(owner)) delete owner[name];
  }
}

test('the page starts without any one field of navigator that the code uses', async (t) => {
  const names = navigatorFields();
  for (const known of ['language', 'languages', 'mediaDevices', 'onLine', 'userAgent', 'vibrate', 'webdriver'])
    assert.ok(names.includes(known), `${known} of ${names}`);
  for (const name of [...names, 'connection', 'deviceMemory', 'hardwareConcurrency', 'maxTouchPoints', 'platform']) {
    const { page, errors } = await newPage(t);
    await page.addInitScript(removeNavigatorFields, [name]);
    await openScreen(page, server.url, 'tips', 'en_US');
    assert.ok(!(await page.evaluate((name) => name in navigator, name)), name);
    await page.getByRole('button', { name: 'Start camera' }).click();
    const then = name === 'mediaDevices' ? 'notice' : 'camera';
    const isThere = (then) => document.querySelector('nearfar-journey').page.name === then;
    await page.waitForFunction(isThere, then, { polling: 50 });
    assert.deepEqual(errors, [], name);
    await page.close();
  }
});

test('the whole journey passes without all of them except mediaDevices', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(
    removeNavigatorFields,
    navigatorFields().filter((name) => name !== 'mediaDevices'),
  );
  await open();
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  assert.ok((await result()).score >= 50);
});
