// The console in Chromium: set-up and sign-in by keyboard alone, and every page with axe, narrow and dark.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openService } from '../testkit/service/service.mjs';
import { TOTP_STEP_MS, totpCode } from '../testkit/service/totp.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PASSWORD = 'correct horse battery staple';

/** Starts a service with a console and its first administrator. */
async function openConsole(t) {
  const port = await freePort(0);
  const url = `http://localhost:${port}`;
  const console = { NEARFAR_CONSOLE_LISTEN: `127.0.0.1:${port}`, NEARFAR_CONSOLE_URL: url };
  const service = await openService(t, console);
  const env = { ...process.env, ...service.env };
  const args = ['operator', 'add', 'ann', '--role', 'administrator'];
  const { stdout, status } = spawnSync(serviceProgram(), args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 0);
  return { ...service, consoleUrl: url, setUp: JSON.parse(stdout).setUp };
}

/** The label of the focused control, and whether its focus ring shows. */
function focusedLabel() {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const hasRing = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  return { label: (element.labels?.[0] ?? element).textContent.trim(), hasRing };
}

/** Presses Tab until this control has the focus; each control on the way shows it. */
async function tabTo(page, label) {
  for (let count = 0; count < 20; count++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(focusedLabel);
    assert.ok(focus.hasRing, `no focus ring: ${focus.label}`);
    if (focus.label === label) return;
  }
  assert.fail(`${label} is not reached by Tab`);
}

/** Fills in a form by keyboard. */
async function type(page, fields, button) {
  for (const [label, text] of Object.entries(fields)) {
    await tabTo(page, label);
    await page.keyboard.type(text);
  }
  await tabTo(page, button);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}

/** What axe finds, and whether the page is wider than the screen. */
async function problems(page) {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...found, ...(isWide ? ['the page scrolls sideways'] : [])].map((problem) => `${page.url()}: ${problem}`);
}

test('set-up and sign-in work by keyboard alone, and axe finds nothing on any page', async (t) => {
  const { consoleUrl, setUp, accessKey } = await openConsole(t);
  const browser = await launchChromium();
  t.after(() => browser.close());
  // The console's policy would block axe's script.
  const page = await browser.newPage({ viewport: { width: 320, height: 640 }, bypassCSP: true });
  const found = [];

  await page.goto(setUp);
  found.push(...(await problems(page)));
  const secret = await page.locator('p > code').textContent();
  const setUpTime = Date.now();
  const passwords = { 'New password': PASSWORD, 'Repeat the password': PASSWORD };
  await type(page, { ...passwords, Code: totpCode(secret, setUpTime) }, 'Finish');
  assert.equal(await page.locator('h1').textContent(), 'Your account is ready');
  found.push(...(await problems(page)));

  await page.goto(`${consoleUrl}/console/`);
  await type(page, { Name: 'ann', Password: 'wrong', Code: '000000' }, 'Sign in');
  assert.match(await page.title(), /^Error: /);
  const focused = await page.evaluate(() => document.activeElement.getAttribute('role'));
  assert.equal(focused, 'alert', 'the summary of errors has the focus');
  found.push(...(await problems(page)));
  // The code of set-up counts no more, so the next one is used: it is valid a step early.
  const code = totpCode(secret, setUpTime + TOTP_STEP_MS);
  await page.goto(`${consoleUrl}/console/sign-in`);
  await type(page, { Name: 'ann', Password: PASSWORD, Code: code }, 'Sign in');
  assert.equal(new URL(page.url()).pathname, '/console/accounts');

  const paths = ['accounts', 'accounts/new', `accounts/${accessKey}`, 'operators', 'audit', 'profile', 'nothing'];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of paths) {
      await page.goto(`${consoleUrl}/console/${path}`);
      found.push(...(await problems(page)));
    }
  }
  assert.deepEqual(found, []);

  // A key is replaced only after a second click, beside the consequence.
  await page.goto(`${consoleUrl}/console/accounts/${accessKey}`);
  const replace = page.getByRole('button', { name: 'Replace the secret key' });
  assert.equal(await replace.isVisible(), false);
  await tabTo(page, 'New secret key…');
  await page.keyboard.press('Enter');
  await page.getByText('open sessions stop working at once').first().waitFor();
  await tabTo(page, 'Replace the secret key');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.equal(await page.locator('h1').textContent(), 'The account has a new secret key');

  await page.goto(`${consoleUrl}/console/accounts`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the skip link leads to the content');
  await page.goto(`${consoleUrl}/console/accounts`);
  await tabTo(page, 'Sign out');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.equal(new URL(page.url()).pathname, '/console/sign-in');
});
