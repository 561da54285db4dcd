// What must hold for every page of the journey in every language.

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
/** The longest language, and those from right to left. */
const FEW = ['de_DE', 'ar_AE', 'ur_PK'];
/** Scenes that take their time, or look like another one, are looked at in those alone. */
const BRIEFLY = ['timeout', 'silent', 'link_denied', 'fault', 'colors'];
/** Of the others each scene is looked at in one in so many, by turns. TEST_ALL: in all; TEST_BRIEF: in none. */
const TURNS = process.env.TEST_ALL ? 1 : process.env.TEST_BRIEF ? Number.POSITIVE_INFINITY : 3;
/** Pages that are looked at side by side, each in one language after the other: a new one takes its time. */
const AT_ONCE = 2;
/** The narrowest screen that there is. */
const NARROW = { width: 320, height: 568 };

/** The languages of the scene of this number. */
function languagesOf(scene, number) {
  if (BRIEFLY.includes(scene)) return FEW;
  return LANGUAGES.filter((language, index) => FEW.includes(language) || (index + number + 1) % TURNS === 0);
}

for (const [number, scene] of Object.keys(SCREENS).entries()) {
  test(`${scene}: no text is cut off at 320 px, and axe finds nothing`, async (t) => {
    const server = await serve({ port: 0 });
    t.after(() => server.close());
    const browser = await launchChromium();
    t.after(() => browser.close());
    const look = async (page, language) => {
      await page.unrouteAll();
      await openScreen(page, server.url, scene, language);
      const cut = await page.evaluate(overflowing);
      // What axe looks at, other than lengths, is the same in the others.
      if (!FEW.includes(language)) return cut.map((fault) => `${language}: ${fault}`);
      await page.addScriptTag({ path: AXE });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      return [...cut, ...found].map((fault) => `${language}: ${fault}`);
    };
    const left = languagesOf(scene, number);
    const faults = [];
    const lookAtAll = async () => {
      // axe's own script is not the page's, and its policy would refuse it.
      const page = await browser.newPage({ viewport: NARROW, bypassCSP: true });
      // What one visit has kept is none of the next one's.
      await page.addInitScript(() => sessionStorage.clear());
      for (let next = left.shift(); next; next = left.shift()) faults.push(...(await look(page, next)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lookAtAll));
    assert.deepEqual(faults, []);
  });
}
