// More time and a larger oval: chosen on the start page, or where the time ran out.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openJourney } from '../testkit/page/journey.mjs';
import { renderScenario } from '../testkit/scenarios/generate.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const BOX = 'Give me more time and a larger oval';
/**
 * A near face a little larger than the page usually accepts. Longer than the stage limit: where the video begins again,
 * the face jumps, which restarts the capture and its limit.
 */
const LARGE = {
  seconds: 40,
  at: (t) => [{ photo: 'man', size: t < 5 ? 0.28 : Math.min(0.28 + (t - 5) * 0.5, 0.77) }],
};
/** Ten times as long with more time. */
const SHORT = { session: { stageLimit: 12_000 } };

test('where the time ran out, more time and a larger oval lead to a verdict of the service', async (t) => {
  const video = join(temporaryFolder(t), 'large.mjpeg');
  writeFileSync(video, await renderScenario(LARGE));
  const { page, open, button, heading, result, requestUrls } = await openJourney(t, { chromium: { video } });
  const nonces = [];
  page.on('response', async (response) => {
    if (response.url().endsWith('/api/v1/attempts')) nonces.push((await response.json()).data);
  });
  const ovals = [];
  await page.exposeFunction('keepOval', (oval) => ovals.push(oval));
  await page.addInitScript(() =>
    document.addEventListener(
      'nearfar:oval',
      ({ detail }) => detail.stage === 'far' && globalThis.keepOval(detail.oval),
    ),
  );
  await open({ language: 'en', config: SHORT });
  await button('Start camera').click();
  await heading('Time ran out').waitFor({ timeout: 120_000 });
  const usual = ovals.at(-1);
  await page.getByText('The oval is larger, there is no rush').waitFor();
  await button('Try with more time').click();
  await heading('You’re all set').waitFor({ timeout: 240_000 });
  const { score } = await result();
  assert.ok(score >= 50, `score ${score}`);
  const larger = ovals.at(-1);
  assert.ok(larger.width > 1.05 * usual.width, `${larger.width} after ${usual.width}`);
  const [before, after] = [nonces[0], nonces.at(-1)].map(({ issuedAt, expiresAt }) => (expiresAt - issuedAt) / 1000);
  assert.deepEqual([before, after], [600, 1800]);
  assert.ok(requestUrls.length > 0);
});

test('the box on the start page: off unless chosen, kept by a reload', async (t) => {
  const { page, open } = await openJourney(t, { scenario: null });
  await open({ language: 'en' });
  await page.getByText('Accessibility').click();
  const box = page.getByLabel(BOX);
  assert.equal(await box.isChecked(), false);
  await box.check();
  await page.reload();
  await page.getByText('Accessibility').click();
  assert.equal(await box.isChecked(), true);
});

test('an account can turn it on for everyone, and a person can decline it', async (t) => {
  const { page, open } = await openJourney(t, { settings: { accessibility: 'on' }, scenario: null });
  await open({ language: 'en' });
  await page.getByText('Accessibility').click();
  const box = page.getByLabel(BOX);
  assert.equal(await box.isChecked(), true);
  await box.uncheck();
  await page.reload();
  await page.getByText('Accessibility').click();
  assert.equal(await box.isChecked(), false);
});

test('an account can turn it off: no box, no button, no pause, no longer nonce', async (t) => {
  const given = { settings: { accessibility: 'off' }, scenario: 'too_far' };
  const { page, open, button, heading } = await openJourney(t, given);
  // The choice of an earlier session in this tab.
  await page.addInitScript(() => sessionStorage.setItem('nearfar-more-time', '1'));
  await open({ language: 'en', config: { session: { stageLimit: 3_000 } } });
  await button('Start camera').waitFor();
  assert.equal(await page.getByLabel(BOX).count(), 0);
  const issued = page.waitForResponse((response) => response.url().endsWith('/api/v1/attempts'));
  await button('Start camera').click();
  const { issuedAt, expiresAt } = (await (await issued).json()).data;
  assert.equal(expiresAt - issuedAt, 600_000);
  // The page shows the step right after the button that pauses.
  await page.getByText('1 of 2').waitFor();
  assert.equal(await button('Pause').count(), 0);
  await heading('Time ran out').waitFor({ timeout: 120_000 });
  assert.equal(await button('Try with more time').count(), 0);
});
