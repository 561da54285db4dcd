// Large text, 400 % zoom, forced colours, and phones in landscape.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { overflowing, unreachable } from '../testkit/page/accessibility.mjs';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney } from '../testkit/page/journey.mjs';
import { openScreen, SCREENS } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';

const LANGUAGES = ['en_US', 'de_DE', 'ar_AE'];
/** Screens that resemble another one, or show only a bar and a line. */
const SIMILAR = [
  'sandbox',
  'sandbox_result',
  'loading',
  'scoring',
  'timeout',
  'service_error',
  'failed',
  'unknown',
  'verified',
  'link_denied',
  'elsewhere',
  'consent_declined',
];
/** Twice the browsers' default font size, px. */
const LARGE = 32;
/** 1280 by 1024 px at 400 %. */
const ZOOMED = { width: 320, height: 256 };
const SIZES = [
  { width: 320, height: 568 },
  { width: 640, height: 480 },
];

const LOCALES = join(root, 'www/src/locales');
const locales = readdirSync(LOCALES).flatMap((file) =>
  file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [],
);
const localeTexts = (language) => JSON.parse(readFileSync(join(LOCALES, `${language}.json`), 'utf8'));

/** The hints to test in a language; null leaves the page as it is. camera-overlay.test.mjs tests the instructions. */
function hintsFor(screen, language) {
  const texts = localeTexts(language);
  return screen === 'camera_ask' ? [texts.camera_ask, texts.camera_ask_slow] : [null];
}

/** Runs in the page: shows a hint. */
async function showHint(hint) {
  const element = document.querySelector('nearfar-journey');
  if (hint) element.page = { ...element.page, hint };
  await element.updateComplete;
}

test('with text of twice the size, and at 400 %, everything is readable and reachable', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const check = async (screen, language) => {
    const page = await browser.newPage({ viewport: ZOOMED });
    await openScreen(page, server.url, screen, language);
    const problems = async (what) => {
      const found = [];
      for (const hint of hintsFor(screen, language)) {
        await page.evaluate(showHint, hint);
        found.push(...(await page.evaluate(overflowing)), ...(await page.evaluate(unreachable)));
      }
      return found.map((problem) => `${language}, ${what}: ${problem}`);
    };
    const found = await problems('400 %');
    const devtools = await page.context().newCDPSession(page);
    // Like the browser's font size setting: it changes the rem unit.
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: LARGE, fixed: LARGE } });
    await page.waitForFunction((size) => getComputedStyle(document.documentElement).fontSize === size, `${LARGE}px`);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      found.push(...(await problems(`${size.width} px`)));
    }
    await page.close();
    return found;
  };
  for (const screen of Object.keys(SCREENS).filter((name) => !SIMILAR.includes(name)))
    await t.test(screen, async () => {
      const found = await Promise.all(LANGUAGES.map((language) => check(screen, language)));
      assert.deepEqual(found.flat(), []);
    });
});

test('the title of the PC camera page is next to the picture, above it, or for screen readers only', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const pcCameraPage = { title: 'Who are you today?', titleDesc: 'Look into the camera and do what you are told.' };
  await openScreen(page, server.url, 'camera', 'en_US', { pcCameraPage });
  for (const [width, height, isSeen] of [
    [1920, 1080, true],
    [1280, 800, true],
    [800, 600, true],
    [640, 512, false],
  ]) {
    await page.setViewportSize({ width, height });
    assert.deepEqual([...(await page.evaluate(overflowing)), ...(await page.evaluate(unreachable))], [], `${width} px`);
    assert.equal((await page.getByRole('heading', { name: pcCameraPage.title }).boundingBox()).width > 1, isSeen);
  }
});

/** Runs in the page: buttons without a visible border, and text without contrast, with forced colours. */
function lowContrast() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [red, green, blue] = parts(color)
      .slice(0, 3)
      .map((part) => (part / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const contrast = (one, other) => Math.max(one, other) / Math.min(one, other);
  const opaque = (color) => (parts(color)[3] ?? 1) === 1;
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (opaque(backgroundColor)) return light(backgroundColor);
    }
    return light(getComputedStyle(document.body).backgroundColor);
  };
  const shown = (selector) => [...renderRoot.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const flat = shown('button').filter((button) => {
    const { borderTopColor, borderTopStyle, borderTopWidth } = getComputedStyle(button);
    const drawn = borderTopStyle === 'solid' && Number.parseFloat(borderTopWidth) >= 1 && opaque(borderTopColor);
    // The border contrasts with the background on at least one of its sides.
    const grounds = [ground(button), ground(button.parentElement)];
    return !drawn || !grounds.some((ground) => contrast(light(borderTopColor), ground) >= 3);
  });
  const dim = shown('button, h1, li, p:not(:empty)').filter((element) => {
    if (element.getBoundingClientRect().width <= 1) return false;
    return contrast(light(getComputedStyle(element).color), ground(element)) < 4.5;
  });
  return [...flat, ...dim].map((element) => `${element.localName} ${element.textContent.trim()}`);
}

test('with forced colours, every button has a border and every text has contrast', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  for (const screen of ['consent', 'tips', 'camera', 'camera_ask', 'colors', 'retry', 'no_camera', 'link', 'photo'])
    for (const colorScheme of ['light', 'dark'])
      await t.test(`${screen}, ${colorScheme}`, async () => {
        const page = await browser.newPage({ colorScheme, forcedColors: 'active' });
        await openScreen(page, server.url, screen, 'en_US');
        assert.deepEqual(await page.evaluate(lowContrast), []);
        await page.close();
      });
});

test('on a phone in landscape, texts and buttons are next to the picture, not over the face', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  /** Runs in the page: the elements over the camera's picture. */
  const overPicture = () => {
    const { renderRoot } = document.querySelector('nearfar-journey');
    const picture = renderRoot.querySelector('video').getBoundingClientRect();
    const overlays = [...renderRoot.querySelectorAll('.instruction:not(:empty), .hint:not(:empty), .controls > *')];
    const covering = overlays.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < picture.right - 0.5 && right > picture.left + 0.5;
    });
    return [overlays.length > 0 ? [] : ['nothing to see'], covering.map((element) => element.textContent)].flat();
  };
  for (const screen of ['camera', 'camera_ask', 'colors'])
    for (const language of LANGUAGES)
      await t.test(`${screen}, ${language}`, async () => {
        const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
        await openScreen(page, server.url, screen, language);
        for (const viewport of [
          { width: 640, height: 360 },
          { width: 844, height: 390 },
        ]) {
          await page.setViewportSize(viewport);
          for (const hint of hintsFor(screen, language)) {
            await page.evaluate(showHint, hint);
            // The page that asks for the camera has no picture yet.
            const checks =
              screen === 'camera_ask' ? [overflowing, unreachable] : [overPicture, overflowing, unreachable];
            const found = await Promise.all(checks.map((find) => page.evaluate(find)));
            assert.deepEqual(found.flat(), [], `${viewport.width} px: ${hint}`);
          }
        }
        await page.close();
      });
});

test('on a phone in landscape, the buttons of every language fit next to the picture', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  /** Runs in the page: the texts that are wider than the button. */
  const tooWide = ({ texts, language }) => {
    const button = document.querySelector('nearfar-journey').renderRoot.querySelector('.controls > button');
    button.lang = language;
    return texts.filter((text) => {
      button.textContent = text;
      return button.scrollWidth > button.clientWidth;
    });
  };
  for (const viewport of [
    { width: 640, height: 360 },
    { width: 580, height: 360 },
  ]) {
    const page = await browser.newPage({ viewport });
    await openScreen(page, server.url, 'colors', 'en_US');
    for (const language of locales) {
      const { light_skip, cancel, pause, resume } = localeTexts(language);
      const found = await page.evaluate(tooWide, {
        texts: [light_skip, cancel, pause, resume],
        language: language.replace('_', '-'),
      });
      assert.deepEqual(found, [], `${language}, ${viewport.width} px`);
    }
    await page.close();
  }
});

/** Runs before the page: records the page's events. */
function recordPageEvents() {
  globalThis.events = [];
  for (const name of ['phase', 'instruction', 'restarted'])
    document.addEventListener(`nearfar:${name}`, ({ detail }) => globalThis.events.push(Object.values(detail)[0]));
}

test('a phone in landscape: no unnecessary instruction', async (t) => {
  const options = { language: 'en', constraints: wholeVideo('landscape') };
  const chromium = { video: await scenarioVideo('far_to_near', 'landscape') };
  const { page, open, button, heading, result } = await openJourney(t, { scenario: null, chromium, options });
  await page.setViewportSize({ width: 844, height: 390 });
  await page.addInitScript(recordPageEvents);
  await open();
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  const events = await page.evaluate(() => globalThis.events);
  assert.deepEqual([...new Set(events)], ['far', 'keep_still', 'near', 'too_far', 'encoding', 'done']);
  assert.ok((await result()).score >= 50);
});

test('a phone that is rotated between the pictures continues if the far one still fits, and passes', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(recordPageEvents);
  await open();
  await button('Start camera').click();
  await page.waitForFunction(() => globalThis.events.includes('near'));
  await page.setViewportSize({ width: 800, height: 450 });
  await heading('You’re all set').waitFor();
  assert.ok(!(await page.evaluate(() => globalThis.events)).includes('rotated'));
  assert.ok((await result()).score >= 50);
});
