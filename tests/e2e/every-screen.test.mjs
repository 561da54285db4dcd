// Every screen of the journey in every language: no text is cut off, and axe finds no problem.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { overflowing } from '../testkit/page/accessibility.mjs';
import { openScreen, SCREENS } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LANGUAGES = readdirSync(join(root, 'www', 'src', 'locales')).map((name) => basename(name, '.json'));
/** The language with the longest texts, and right-to-left ones. */
const KEY_LANGUAGES = ['de_DE', 'ar_AE', 'ur_PK'];
/** Screens that are slow or resemble another one are tested in these languages only. */
const REDUCED = [
  'sandbox',
  'sandbox_result',
  'tips_phone',
  'phone_first',
  'timeout',
  'no_frames',
  'link_denied',
  'service_error',
  'colors',
];
/** Each screen is tested in every n-th of the other languages, in rotation. TEST_ALL: in all; TEST_BRIEF: in none. */
const ROTATION = process.env.TEST_ALL ? 1 : process.env.TEST_BRIEF ? Number.POSITIVE_INFINITY : 3;
/** Pages that run in parallel, each in one language after the other: opening a new one is slow. */
const CONCURRENCY = 2;
/** The narrowest supported viewport. */
const NARROW = { width: 320, height: 568 };

/** The languages to test a screen in. */
function languagesOf(screen, number) {
  if (REDUCED.includes(screen)) return KEY_LANGUAGES;
  return LANGUAGES.filter(
    (language, index) => KEY_LANGUAGES.includes(language) || (index + number + 1) % ROTATION === 0,
  );
}

for (const [number, screen] of Object.keys(SCREENS).entries()) {
  test(`${screen}: no text is cut off at 320 px, and axe finds nothing`, async (t) => {
    const server = await serve({ port: 0 });
    t.after(() => server.close());
    const browser = await launchChromium();
    t.after(() => browser.close());
    const check = async (page, language) => {
      await page.unrouteAll();
      await openScreen(page, server.url, screen, language);
      const cut = await page.evaluate(overflowing);
      // axe's checks do not depend on text length, so the other languages add nothing.
      if (!KEY_LANGUAGES.includes(language)) return cut.map((problem) => `${language}: ${problem}`);
      await page.addScriptTag({ path: AXE });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      return [...cut, ...found].map((problem) => `${language}: ${problem}`);
    };
    const left = languagesOf(screen, number);
    const problems = [];
    const checkAll = async () => {
      // The page's policy would block axe's script.
      const page = await browser.newPage({ viewport: NARROW, bypassCSP: true });
      // Visits must not share storage.
      await page.addInitScript(() => sessionStorage.clear());
      for (let next = left.shift(); next; next = left.shift()) problems.push(...(await check(page, next)));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, checkAll));
    assert.deepEqual(problems, []);
  });
}
