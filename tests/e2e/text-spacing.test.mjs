// Text spacing (WCAG 1.4.12) and the size of targets (2.5.8, and the 44 px of docs/ACCESSIBILITY.md) on every screen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { overflowing, unreachable } from '../testkit/page/accessibility.mjs';
import { openScreen, SCREENS } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** The spacing of WCAG 1.4.12. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }`;
/** The smallest target, px. */
const TARGET = 44;

/** Runs in the page: adds a style sheet. */
function addStyle(css) {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  renderRoot.adoptedStyleSheets = [...renderRoot.adoptedStyleSheets, sheet];
}

/** Runs in the page: controls with a smaller side. Links in sentences are exempt, and what is for screen readers only. */
function smallTargets(least) {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const controls = [...renderRoot.querySelectorAll('button, select, summary, label, a, input, [role="button"]')];
  const shown = controls.filter((control) => {
    const isInSentence =
      control.localName === 'a' && control.parentElement.textContent.trim() !== control.textContent.trim();
    const isInLabel = control.localName === 'input' && control.closest('label');
    return control.checkVisibility() && control.offsetWidth > 1 && !isInSentence && !isInLabel;
  });
  return shown.flatMap((control) => {
    const { width, height } = control.getBoundingClientRect();
    const name = control.textContent.trim() || control.ariaLabel;
    return width < least - 0.5 || height < least - 0.5 ? [`${control.localName} ${name}: ${width} x ${height} px`] : [];
  });
}

test('with more space between lines, words and letters, all texts are readable; targets are large enough', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  for (const screen of Object.keys(SCREENS))
    await t.test(screen, async () => {
      const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
      await openScreen(page, server.url, screen, 'de_DE');
      assert.deepEqual(await page.evaluate(smallTargets, TARGET), [], 'targets');
      await page.evaluate(addStyle, SPACING);
      const found = [...(await page.evaluate(overflowing)), ...(await page.evaluate(unreachable))];
      assert.deepEqual(found, [], 'text spacing');
      await page.close();
    });
});
