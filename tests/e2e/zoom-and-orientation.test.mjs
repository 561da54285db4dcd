// Large text, strong zoom, and phones that lie on their side.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
/** Scenes that look like another one, or show no more than a bar and a line. */
const ALIKE = [
  'loading',
  'judging',
  'timeout',
  'fault',
  'failed',
  'unknown',
  'verified',
  'link_denied',
  'elsewhere',
  'consent_declined',
];
/** Twice what browsers begin with, px. */
const LARGE = 32;
/** What 1280 by 1024 px are at 400 %. */
const ZOOMED = { width: 320, height: 256 };
const SIZES = [
  { width: 320, height: 568 },
  { width: 640, height: 480 },
];

/** What the camera's page may say in a language, and where. */
function sayings(scene, language) {
  const texts = JSON.parse(readFileSync(join(root, 'www/src/locales', `${language}.json`), 'utf8'));
  if (scene === 'camera_ask') return ['camera_ask', 'camera_ask_slow'].map((name) => ({ hint: texts[name] }));
  if (scene !== 'camera') return [{}];
  // Every instruction has a whole sentence of its own for screen readers.
  const instructions = Object.keys(texts).filter((name) => `say_${name}` in texts);
  const longest = instructions.map((name) => texts[name]).sort((a, b) => b.length - a.length);
  return longest.slice(0, 3).map((instruction) => ({ instruction }));
}

/** Runs in the page: has it say something. */
async function say({ hint, instruction }) {
  const element = document.querySelector('nearfar-journey');
  if (hint) element.page = { ...element.page, hint };
  await element.updateComplete;
  if (instruction) element.renderRoot.querySelector('.instruction').textContent = instruction;
}

test('with text of twice the size, and at 400 %, all can be read and reached', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const look = async (scene, language) => {
    const page = await browser.newPage({ viewport: ZOOMED });
    await openScreen(page, server.url, scene, language);
    const faults = async (what) => {
      const found = [];
      for (const saying of sayings(scene, language)) {
        await page.evaluate(say, saying);
        found.push(...(await page.evaluate(overflowing)), ...(await page.evaluate(unreachable)));
      }
      return found.map((fault) => `${language}, ${what}: ${fault}`);
    };
    const found = await faults('400 %');
    const devtools = await page.context().newCDPSession(page);
    // As the browser's settings do it: the page's style sheets only see another rem.
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: LARGE, fixed: LARGE } });
    await page.waitForFunction((size) => getComputedStyle(document.documentElement).fontSize === size, `${LARGE}px`);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      found.push(...(await faults(`${size.width} px`)));
    }
    await page.close();
    return found;
  };
  for (const scene of Object.keys(SCREENS).filter((name) => !ALIKE.includes(name)))
    await t.test(scene, async () => {
      const found = await Promise.all(LANGUAGES.map((language) => look(scene, language)));
      assert.deepEqual(found.flat(), []);
    });
});

test('the title of a PC’s camera page is beside the picture, above it, or for screen readers alone', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const pcCameraPage = { title: 'Who are you today?', titleDesc: 'Look into the camera and do what you are told.' };
  await openScreen(page, server.url, 'camera', 'en_US', { pcCameraPage });
  await page.evaluate(say, sayings('camera', 'en_US')[0]);
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

/** Runs in the page: controls without an edge, and words that cannot be read, where the system's colours are forced. */
function unseen() {
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
    // Its edge stands out from one of the two grounds that it divides.
    const grounds = [ground(button), ground(button.parentElement)];
    return !drawn || !grounds.some((ground) => contrast(light(borderTopColor), ground) >= 3);
  });
  const dim = shown('button, h1, li, p:not(:empty)').filter((element) => {
    if (element.getBoundingClientRect().width <= 1) return false;
    return contrast(light(getComputedStyle(element).color), ground(element)) < 4.5;
  });
  return [...flat, ...dim].map((element) => `${element.localName} ${element.textContent.trim()}`);
}

test('where the system forces its colours, every button has an edge and every word can be read', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  for (const scene of ['consent', 'tips', 'camera', 'camera_ask', 'colors', 'retry', 'no_camera', 'link', 'photo'])
    for (const colorScheme of ['light', 'dark'])
      await t.test(`${scene}, ${colorScheme}`, async () => {
        const page = await browser.newPage({ colorScheme, forcedColors: 'active' });
        await openScreen(page, server.url, scene, 'en_US');
        await page.evaluate(say, sayings(scene, 'en_US')[0]);
        assert.deepEqual(await page.evaluate(unseen), []);
        await page.close();
      });
});

test('on a phone on its side the words and the buttons stand beside the picture, not on the head', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  /** Runs in the page: what of it lies over the camera's picture. */
  const over = () => {
    const { renderRoot } = document.querySelector('nearfar-journey');
    const picture = renderRoot.querySelector('video').getBoundingClientRect();
    const hanging = [...renderRoot.querySelectorAll('.instruction:not(:empty), .hint:not(:empty), .controls > *')];
    const covering = hanging.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < picture.right - 0.5 && right > picture.left + 0.5;
    });
    return [hanging.length > 0 ? [] : ['nothing to see'], covering.map((element) => element.textContent)].flat();
  };
  for (const scene of ['camera', 'camera_ask', 'colors'])
    for (const language of LANGUAGES)
      await t.test(`${scene}, ${language}`, async () => {
        const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
        await openScreen(page, server.url, scene, language);
        for (const viewport of [
          { width: 640, height: 360 },
          { width: 844, height: 390 },
        ]) {
          await page.setViewportSize(viewport);
          for (const saying of sayings(scene, language)) {
            await page.evaluate(say, saying);
            const found = await Promise.all([over, overflowing, unreachable].map((look) => page.evaluate(look)));
            assert.deepEqual(found.flat(), [], `${viewport.width} px: ${JSON.stringify(saying)}`);
          }
        }
        await page.close();
      });
});

/** Notes what the page tells, by its events. */
function note() {
  globalThis.told = [];
  for (const name of ['phase', 'instruction', 'restarted'])
    document.addEventListener(`nearfar:${name}`, ({ detail }) => globalThis.told.push(Object.values(detail)[0]));
}

test('a phone on its side: nothing is asked that is right already', async (t) => {
  const options = { language: 'en', constraints: wholeVideo('landscape') };
  const chromium = { video: await scenarioVideo('far_to_near', 'landscape') };
  const { page, open, button, heading, result } = await openJourney(t, { scenario: null, chromium, options });
  await page.setViewportSize({ width: 844, height: 390 });
  await page.addInitScript(note);
  await open();
  await button('Start the camera').click();
  await heading('Done. Thank you!').waitFor();
  const told = await page.evaluate(() => globalThis.told);
  assert.deepEqual([...new Set(told)], ['far', 'keep_still', 'near', 'too_far', 'encoding', 'done']);
  assert.ok((await result()).score >= 50);
});

test('a phone that is turned between the pictures goes on where the far one still fits, and it passes', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t, { options: { language: 'en' } });
  await page.addInitScript(note);
  await open();
  await button('Start the camera').click();
  await page.waitForFunction(() => globalThis.told.includes('near'));
  await page.setViewportSize({ width: 800, height: 450 });
  await heading('Done. Thank you!').waitFor();
  assert.ok(!(await page.evaluate(() => globalThis.told)).includes('rotated'));
  assert.ok((await result()).score >= 50);
});
