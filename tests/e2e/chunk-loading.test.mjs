// Parts of the page that do not load, once or for ever, and browsers that lack what the page asks them for.

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

/** The scripts and style sheets that the page loads until its first drawing, by the part of the name that a build keeps. */
const names = readdirSync(join(root, 'dist')).filter((name) => /\.(js|css)$/.test(name));
const named = (start) => names.filter((name) => name.startsWith(start));
const CHUNKS = {
  'the journey': named('www_src_journey_hosted'),
  'its libraries': named('vendors-').filter((name) =>
    readFileSync(join(root, 'dist', name), 'utf8').includes('litElement'),
  ),
  'the texts': named('www_src_locales_'),
};

/** How often the page asks for a chunk, as in www/src/lib/chunks.ts. */
const TRIES = 3;
const PATIENCE_MS = 120_000;

/** Breaks requests for these files: the first one for each, or all. */
async function breaks(page, files, always) {
  const broken = [];
  for (const file of files)
    await page.route(`**/${file}`, (route) => {
      if (!always && broken.includes(file)) return route.continue();
      broken.push(file);
      return route.abort('connectionreset');
    });
  return broken;
}

/** Opens the page of a session without waiting for more than that. */
function begin(page, language) {
  openScreen(page, server.url, 'tips', language).catch(() => undefined);
}

for (const [what, files] of Object.entries(CHUNKS)) {
  test(`${what}: what does not load at first is asked for again`, async (t) => {
    assert.ok(files.length > 0);
    const { page, errors } = await newPage(t);
    const broken = await breaks(page, files, false);
    await openScreen(page, server.url, 'tips', 'de_DE');
    await page.getByRole('heading', { name: 'Zeigen Sie uns Ihr Gesicht' }).waitFor();
    assert.ok(broken.length > 0);
    assert.deepEqual(errors, []);
  });

  test(`${what}: what never loads is told in English, and "Try again" loads the page anew`, async (t) => {
    const { page, errors } = await newPage(t);
    const broken = await breaks(page, files, true);
    // Before the script runs, what it hides may be seen for a moment: not before the last try has failed is it meant.
    const failed = (request) =>
      files.some((file) => broken.filter((name) => name === file).length >= TRIES && request.url().endsWith(file));
    const last = page.waitForEvent('requestfailed', { predicate: failed, timeout: PATIENCE_MS });
    begin(page, 'de_DE');
    await last;
    await page.getByRole('heading', { name: 'The page did not load completely' }).waitFor();
    assert.deepEqual(errors, []);
    for (const file of files) await page.unroute(`**/${file}`);
    await page.locator('button, a').filter({ hasText: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Zeigen Sie uns Ihr Gesicht' }).waitFor();
  });
}

test('texts of one language that never load are English ones', async (t) => {
  const { page } = await newPage(t);
  await breaks(page, named('www_src_locales_de_DE'), true);
  await openScreen(page, server.url, 'tips', 'de_DE');
  await page.getByRole('heading', { name: 'Let’s see your face' }).waitFor();
});

test('without its style sheet the page works, and asks for it again', async (t) => {
  const { page, errors } = await newPage(t);
  const broken = await breaks(
    page,
    named('page.').filter((name) => name.endsWith('.css')),
    false,
  );
  await openScreen(page, server.url, 'tips', 'en_US');
  assert.equal(broken.length, 1);
  await page.waitForFunction(() => document.styleSheets.length > 0);
  const forever = await newPage(t);
  await breaks(
    forever.page,
    named('page.').filter((name) => name.endsWith('.css')),
    true,
  );
  await openScreen(forever.page, server.url, 'tips', 'en_US');
  assert.equal(await forever.page.locator('#fallback').count(), 0);
  assert.deepEqual([...errors, ...forever.errors], []);
});

test('without the first script there are words and a way on', async (t) => {
  const { page } = await newPage(t);
  const scripts = named('page.').filter((name) => name.endsWith('.js'));
  await breaks(page, scripts, true);
  begin(page, 'en_US');
  await page.getByRole('heading', { name: 'The page did not load completely' }).waitFor();
  for (const file of scripts) await page.unroute(`**/${file}`);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Let’s see your face' }).waitFor();
});

/** Every field of `navigator` that the page's own code names. */
function fields() {
  const sources = join(root, 'www', 'src');
  const files = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(join(sources, name), 'utf8')).join('\n');
  const direct = [...text.matchAll(/\bnavigator(?:\?)?\.(\w+)/g)];
  const taken = [...text.matchAll(/const \{ ([\w, ]+) \} = navigator\b/g)];
  const quoted = [...text.matchAll(/'(\w+)' in navigator\b/g)];
  const all = [...direct, ...quoted, ...taken].flatMap(([, names]) => names.split(/,\s*/));
  return [...new Set(all)].sort();
}

/** Runs in the page: takes fields away, as browsers do that never had them. */
function takeAway(names) {
  for (const name of names) {
    for (let owner = navigator; owner; owner = Object.getPrototypeOf(owner)) delete owner[name];
  }
}

test('each field of navigator that the code names may be missing: the page begins all the same', async (t) => {
  const names = fields();
  for (const known of ['language', 'languages', 'mediaDevices', 'onLine', 'userAgent', 'vibrate', 'webdriver'])
    assert.ok(names.includes(known), `${known} of ${names}`);
  for (const name of [...names, 'connection', 'deviceMemory', 'hardwareConcurrency', 'maxTouchPoints', 'platform']) {
    const { page, errors } = await newPage(t);
    await page.addInitScript(takeAway, [name]);
    await openScreen(page, server.url, 'tips', 'en_US');
    assert.ok(!(await page.evaluate((name) => name in navigator, name)), name);
    await page.getByRole('button', { name: 'Start the camera' }).click();
    const then = name === 'mediaDevices' ? 'notice' : 'camera';
    const isThere = (then) => document.querySelector('nearfar-journey').page.name === then;
    await page.waitForFunction(isThere, then, { polling: 50 });
    assert.deepEqual(errors, [], name);
    await page.close();
  }
});

test('without any of them but the camera’s the whole journey passes', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(
    takeAway,
    fields().filter((name) => name !== 'mediaDevices'),
  );
  await open();
  await button('Start the camera').click();
  await heading('Done. Thank you!').waitFor();
  assert.ok((await result()).score >= 50);
});
