// nearfar/testing on the hosted page in Firefox (a verdict, an instruction and a refusal) and in WebKitGTK (no verdict: on
// a busy machine it sends too few pictures for a whole capture).

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { browserProgram, ensureBrowsers } from '../../scripts/setup/browsers.mjs';
import { withWebKit } from '../testkit/browser/webdriver.mjs';
import { address } from '../testkit/page/capture.mjs';
import { openService } from '../testkit/service/service.mjs';

const kit = await import(pathToFileURL(join(PACKAGE, 'dist', 'testing.js')).href);
const { fakeCameraScript, missingEvents, openSandboxSession, SCENARIOS } = kit;

const LIMIT_MS = 120_000;
const POLL_MS = 200;
const SIZE = { width: 480, height: 720 };

/** Opens a page in Firefox and runs `use(page)`. */
async function withFirefox(t, use) {
  await ensureBrowsers(['firefox']);
  const { default: puppeteer } = await import('puppeteer-core');
  const executablePath = browserProgram('firefox');
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true, defaultViewport: SIZE });
  t.after(() => browser.close());
  return use(await browser.newPage());
}

async function withWebKitPage(t, use) {
  await ensureBrowsers(['webkitDriver', 'xvfb']);
  return withWebKit(t, SIZE, use);
}

/** Runs in the page: presses the button with this text. Returns whether it exists. */
function press(text) {
  const root = document.querySelector('nearfar-journey')?.renderRoot;
  const button = [...(root?.querySelectorAll('button') ?? [])].find((each) => each.textContent.trim() === text);
  button?.click();
  return button !== undefined;
}

/** Polls until `isDone` returns true. */
async function until(isDone, report) {
  const end = Date.now() + LIMIT_MS;
  while (!(await isDone())) {
    if (Date.now() > end) assert.fail(await report());
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** Plays a scenario on the hosted page in a session of its own, until every expected event came. */
async function play(service, name, page) {
  const session = await openSandboxSession(service);
  await page.goto(address(session.url, { language: 'en' }));
  // Before the start button is pressed, no camera was requested.
  await page.evaluate(new Function(fakeCameraScript(name)));
  await until(
    () => page.evaluate(press, 'Start camera'),
    () => 'no start button',
  );
  const missing = async () =>
    missingEvents(SCENARIOS[name].events, await page.evaluate(() => globalThis.nearfarCamera.events));
  await until(
    async () => (await missing()).length === 0,
    async () => JSON.stringify(await page.evaluate(() => globalThis.nearfarCamera.events)),
  );
}

const BROWSERS = {
  Firefox: [withFirefox, ['verdict_passed', 'too_far', 'permission_denied']],
  WebKitGTK: [withWebKitPage, ['too_far', 'permission_denied']],
};

for (const [browser, [withPage, names]] of Object.entries(BROWSERS))
  for (const name of names)
    test(`${name} in ${browser}`, async (t) => {
      const service = await openService(t, {}, {}, true);
      await withPage(t, (page) => play(service, name, page));
    });
