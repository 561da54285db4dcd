// The console's pages of sessions in Chromium: a captured session, a decision, statistics, erasure; with axe, in light and
// dark, on phone and desktop. SCREENSHOTS=folder also writes pictures of the pages.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { openConsole, signInOperator } from '../testkit/service/console.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** What axe finds, and whether the page is wider than the screen. */
async function problems(page) {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...found, ...(isWide ? ['the page scrolls sideways'] : [])].map((problem) => `${page.url()}: ${problem}`);
}

/** Writes a picture of the page, if asked for. */
async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

test('a session is captured, found, reviewed and erased, and axe finds nothing', async (t) => {
  const service = await openConsole(t);
  const access = await signIn(service.url, service);
  const session = await openSession(service.url, access, { userId: 'ann-7' });
  await openSession(service.url, access);
  const camera = await launchChromium({ video: await scenarioVideo('far_to_near') });
  t.after(() => camera.close());
  const person = await camera.newPage({ viewport: viewport('portrait') });
  const options = { language: 'en', constraints: wholeVideo('portrait'), config: LONG_STAGES };
  await person.goto(address(session.url, options));
  await person.getByRole('button', { name: 'Start camera' }).click();
  await person.getByRole('heading', { name: 'You’re all set' }).waitFor();

  const browser = await launchChromium();
  t.after(() => browser.close());
  // The console's policy would block axe's script.
  const page = await browser.newPage({ viewport: SIZES.desktop, bypassCSP: true });
  await signInOperator(page, service, 'adam', 'administrator');
  const found = [];
  const paths = {
    list: '/console/sessions',
    session: `/console/sessions/${session.signatureId}`,
    statistics: '/console/statistics',
    erase: `/console/sessions/${session.signatureId}/erase`,
  };
  for (const [name, path] of Object.entries(paths)) {
    for (const [size, colorScheme] of [
      ['desktop', 'light'],
      ['desktop', 'dark'],
      ['phone', 'light'],
      ['phone', 'dark'],
    ]) {
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme });
      await page.goto(`${service.consoleUrl}${path}`);
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.open = true;
      });
      found.push(...(await problems(page)));
      await screenshot(page, `${name}-${size}-${colorScheme}`);
    }
  }
  assert.deepEqual(found, []);

  // On a phone the list itself comes first; filters that are set are shown, and a wide screen always has the space.
  const filters = page.locator('.filter-panel');
  const user = page.getByLabel('User id');
  await page.setViewportSize(SIZES.phone);
  await page.goto(`${service.consoleUrl}/console/sessions`);
  assert.equal(await user.isVisible(), false);
  const last = await page.locator('.sessions tbody tr').last().boundingBox();
  assert.ok(last.y + last.height < SIZES.phone.height, `the list ends at ${last.y + last.height}`);
  await filters.locator('summary').press('Enter');
  await user.fill('ann-7');
  await user.press('Enter');
  await page.waitForURL(/user=ann-7/);
  assert.ok(await user.isVisible());
  assert.equal(await filters.locator('summary').textContent(), 'Filters (1 active)');
  await page.setViewportSize(SIZES.desktop);
  await page.goto(`${service.consoleUrl}/console/sessions`);
  assert.ok(await user.isVisible());
  assert.equal(await filters.locator('summary').isVisible(), false);

  // Another operator, under the policy.
  const strict = await browser.newPage({ viewport: SIZES.desktop });
  const blocked = [];
  strict.on('console', (message) => message.type() === 'error' && blocked.push(message.text()));
  await signInOperator(strict, service, 'eve', 'administrator');
  await strict.goto(`${service.consoleUrl}/console/sessions?user=ann-7`);
  await strict.getByRole('link', { name: session.signatureId }).click();
  await strict.getByText('Live person, score').first().waitFor();
  const pictures = strict.locator('.pictures img');
  assert.ok((await pictures.count()) >= 3);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image) => image.decode());
  }
  await strict.getByLabel('Reject').check();
  await strict.getByLabel('Note (optional)').fill('A poster behind the person');
  await strict.getByRole('button', { name: 'Save decision' }).click();
  await strict.locator('.decisions').getByText('A poster behind the person').waitFor();
  await screenshot(strict, 'decided');

  await strict.getByRole('link', { name: 'Erase this session or person…' }).click();
  const whole = strict.locator('form', {
    has: strict.getByRole('button', { name: 'Erase all sessions of this person' }),
  });
  await whole.getByRole('checkbox').check();
  await whole.getByRole('button').click();
  await strict.getByText('The data of this session was erased.').waitFor();
  assert.equal(await strict.getByText('A poster behind the person').count(), 0);
  assert.deepEqual(blocked, []);
});
