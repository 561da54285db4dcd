// Opens a page in any of the three engines. The page has `goto` and `evaluate`, which runs a function with at most one
// argument.

import { browserProgram, ensureBrowsers } from '../../../scripts/setup/browsers.mjs';
import { launchChromium } from './chromium.mjs';
import { withWebKit } from './webdriver.mjs';

const POLL_MS = 200;
const TIMEOUT_MS = 120_000;

/** Runs `use(page)` in Firefox, which grants the camera without a prompt. `size`: of the page */
export async function withFirefox(t, size, use) {
  await ensureBrowsers(['firefox']);
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: browserProgram('firefox'),
    headless: true,
    defaultViewport: size,
    extraPrefsFirefox: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true },
  });
  t.after(() => browser.close());
  return use(await browser.newPage());
}

/** Runs `use(page)` in Chromium. */
export async function withChromium(t, viewport, use) {
  const browser = await launchChromium();
  t.after(() => browser.close());
  return use(await browser.newPage({ viewport }));
}

/** Runs `use(page)` in WebKitGTK. */
export async function withWebKitPage(t, size, use) {
  await ensureBrowsers(['webkitDriver', 'xvfb']);
  return withWebKit(t, size, use);
}

/**
 * Waits until a function that runs in the page returns true. While a page is left, a browser may not answer: it is asked
 * again. `what`: for the error
 */
export async function until(what, page, condition, ...given) {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    let cause;
    const isMet = await page.evaluate(condition, ...given).catch((error) => {
      cause = error;
    });
    if (isMet) return;
    if (Date.now() > end) throw new Error(`not within two minutes: ${what}`, { cause });
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}
