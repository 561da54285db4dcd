// What must hold for every page of the journey in every language.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { launchChromium } from '../../scripts/lib/chromium.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import { overflowing } from './lib/looks.mjs';
import { openScene, SCENES } from './lib/scenes.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LANGUAGES = readdirSync(join(root, 'www', 'src', 'locales')).map((name) => basename(name, '.json'));
/**
 * Scenes that take their time, or look like another one, are looked at in the longest language and in those from right
 * to left.
 */
const BRIEFLY = ['timeout', 'link_denied', 'fault'];
/** Pages that are looked at side by side. */
const AT_ONCE = 4;
/** The narrowest screen that there is. */
const NARROW = { width: 320, height: 568 };

for (const scene of Object.keys(SCENES)) {
  test(`${scene}: no text is cut off at 320 px, and axe finds nothing`, async (t) => {
    const server = await serve({ port: 0 });
    t.after(() => server.close());
    const browser = await launchChromium();
    t.after(() => browser.close());
    const languages = BRIEFLY.includes(scene) ? ['de_DE', 'ar_AE', 'ur_PK'] : LANGUAGES;
    const look = async (language) => {
      // axe's own script is not the page's, and its policy would refuse it.
      const page = await browser.newPage({ viewport: NARROW, bypassCSP: true });
      await openScene(page, server.url, scene, language);
      const cut = await page.evaluate(overflowing);
      await page.addScriptTag({ path: AXE });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      await page.close();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      return { language, cut, found };
    };
    for (let first = 0; first < languages.length; first += AT_ONCE)
      for (const { language, cut, found } of await Promise.all(languages.slice(first, first + AT_ONCE).map(look)))
        assert.deepEqual([...cut, ...found], [], language);
  });
}
