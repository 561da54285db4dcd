// Every field of ConfigureUI shows on its page. The table of the fields is in crates/protocol.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { openScreen } from '../testkit/page/screens.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { configureUiFields } from '../testkit/page/ui-table.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';

const HOST = 'https://pictures.example/';
/** Fields that show nothing themselves: switches, which other tests cover, and a note of the integrator. */
const SHOWS_NOTHING = ['pageName', 'isShow', 'closeCountdownLogic', 'nextStepButtonInvisibleBeforeTryCountUseUp'];
/** The screens that show a page's fields. devices.test.mjs covers `videoUploadingText`, `faceShow` and `isShow`. */
const SCREENS = {
  mobileLoadingPage: ['loading'],
  mobileTipsPage: ['tips'],
  pcTipsPage: ['tips'],
  pcCameraPage: ['camera_ask', 'tips'],
  mobileFailedDialog: ['service_error'],
  pcFailedDialog: ['service_error'],
  mobileResultPage: ['success', 'retry'],
  pcResultPage: ['success', 'retry'],
  mobileMultiDeviceProcessPage: ['denied', 'link', 'link_denied', 'verified'],
  mobileTimeoutPage: ['timeout'],
};
const INSTRUCTIONS = {
  not_centered: 'faceNotCenterTip',
  not_frontal: 'faceNotFrontalTip',
  too_far: 'faceTooFarTip',
  too_near: 'faceTooNearTip',
  keep_still: 'keepStillTip',
  move_left: 'moveLeftTip',
  move_right: 'moveRightTip',
  move_down: 'moveTopTip',
  move_up: 'moveBottomTip',
  multiple_faces: 'multipleFacesTip',
  no_face: 'faceMissingTip',
  occluded: 'faceOcclusionTip',
};

/** A unique value for every field: dark text on light backgrounds, since the page ignores unreadable colours. */
function values(page, fields) {
  const value = ([name, kind], index) => {
    const two = (20 + index).toString(16).padStart(2, '0');
    const light = (255 - index).toString(16).padStart(2, '0');
    if (kind === 'text') return [name, name === 'countdownText' ? 'In {second}' : `${page} ${name}`];
    if (kind === 'color') return [name, /Background/i.test(name) ? `#fafa${light}` : `#0000${two}`];
    if (kind === 'link') return [name, `${HOST}${page}/${name}.png`];
    return [name, ['showScore', 'isShow'].includes(name)];
  };
  return Object.fromEntries(fields.map(value));
}

/** Runs in the page: the names of the values that it shows as texts, colours or picture addresses. */
function shown(values) {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const elements = [...renderRoot.querySelectorAll('*')];
  const rgb = (color) => {
    const [red, green, blue] = color.match(/[0-9a-f]{2}/gi).map((pair) => Number.parseInt(pair, 16));
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const styles = elements.map((element) => {
    const { color, backgroundColor, backgroundImage, accentColor, borderTopColor } = getComputedStyle(element);
    return [color, backgroundColor, accentColor, borderTopColor, backgroundImage, element.src ?? ''];
  });
  const seen = new Set(styles.flat());
  const text = renderRoot.textContent;
  const isShown = ([name, value]) => {
    if (typeof value === 'boolean') return name !== 'showScore' || /Score/.test(text);
    if (value.startsWith('#')) return seen.has(rgb(value));
    if (value.startsWith('https:')) return seen.has(value) || seen.has(`url("${value}")`);
    return value.includes('{second}') ? /In \d/.test(text) : text.includes(value);
  };
  return Object.entries(values)
    .filter(isShown)
    .map(([name]) => name);
}

for (const [name, fields] of Object.entries(configureUiFields())) {
  if (!SCREENS[name]) continue;
  test(`${name}: ${fields.length} fields`, async (t) => {
    const server = await serve({ port: 0 });
    t.after(() => server.close());
    const browser = await launchChromium();
    t.after(() => browser.close());
    const given = values(name, fields);
    const isPc = name.startsWith('pc');
    const found = new Set();
    // A background picture covers its colour, so each is tested without the other.
    for (const omitted of [/^$/, /Link$/])
      for (const screen of SCREENS[name]) {
        const context = await browser.newContext({ hasTouch: !isPc, isMobile: !isPc });
        const page = await context.newPage();
        await page.route(`${HOST}**`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg/>' }));
        const some = Object.fromEntries(Object.entries(given).filter(([field]) => !omitted.test(field)));
        await openScreen(page, server.url, screen, 'en_US', { [name]: some });
        for (const field of await page.evaluate(shown, some)) found.add(field);
        await context.close();
      }
    const missing = fields.map(([field]) => field).filter((field) => !found.has(field));
    const known = [...SHOWS_NOTHING, 'videoUploadingText', 'videoUploadingTextColor'];
    assert.deepEqual(
      missing.filter((field) => !known.includes(field)),
      [],
    );
  });
}

test('tips show their pictures, and "Continue" can wait until all tries are used', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.route(`${HOST}**`, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg/>' }));
  const tips = [
    { iconLink: `${HOST}lamp.svg`, text: 'Turn on a lamp' },
    { iconLink: 'javascript:alert(1)', text: 'Odd' },
  ];
  await openScreen(page, server.url, 'tips', 'en_US', { mobileTipsPage: { tips } });
  const items = page.locator('li');
  assert.equal(await items.nth(0).textContent(), 'Turn on a lamp');
  assert.equal(await items.nth(0).locator('img').getAttribute('src'), `${HOST}lamp.svg`);
  assert.equal(await items.nth(1).locator('img').count(), 0, 'a script URL is no picture');
  for (const hides of [true, false]) {
    const other = await browser.newPage();
    const mobileResultPage = { nextStepButtonInvisibleBeforeTryCountUseUp: hides };
    await openScreen(other, server.url, 'retry', 'en_US', { mobileResultPage });
    assert.equal(await other.getByRole('button', { name: 'Continue' }).count(), hides ? 0 : 1);
    await other.getByRole('button', { name: 'Try again' }).waitFor();
  }
});

test('mobileCameraPage: every instruction with its text and colour', async (t) => {
  const server = await serve({ port: 0 });
  t.after(() => server.close());
  // Light colours, since the camera page is dark.
  const fields = Object.values(INSTRUCTIONS);
  const values = fields.map((field, index) => [
    [`${field}Text`, `say ${field}`],
    [`${field}TextColor`, `#ffff${(200 + index).toString(16)}`],
  ]);
  const mobileCameraPage = Object.fromEntries(values.flat());
  for (const [scenario, field] of Object.entries(INSTRUCTIONS)) {
    const browser = await launchChromium({ video: await scenarioVideo(scenario) });
    const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
    await openScreen(
      page,
      server.url,
      'camera',
      'en_US',
      { mobileCameraPage },
      { constraints: wholeVideo('portrait') },
    );
    const line = page.locator('.instruction', { hasText: `say ${field}` });
    await line.waitFor();
    const color = await line.evaluate((element) => getComputedStyle(element).color);
    assert.equal(color, `rgb(255, 255, ${200 + fields.indexOf(field)})`, field);
    await browser.close();
  }
});
