// Two checks with a sandbox account, in Playwright: npx playwright test

import { expect, test } from '@playwright/test';
import { fakeCameraScript, missingEvents, openSandboxSession, SCENARIOS } from 'nearfar/testing';

const { NEARFAR_URL = '', NEARFAR_ACCESS_KEY = '', NEARFAR_SECRET_KEY = '' } = process.env;
const account = { url: NEARFAR_URL, accessKey: NEARFAR_ACCESS_KEY, secretKey: NEARFAR_SECRET_KEY };

test('the first try is inconclusive, the second passes', async ({ page }) => {
  const { sandbox, events } = SCENARIOS.verdict_retry;
  const session = await openSandboxSession(account, { sandbox });
  await page.addInitScript({ content: fakeCameraScript('verdict_retry') });
  await page.goto(session.url);
  await page.getByRole('button', { name: 'Start camera' }).click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'You’re all set' })).toBeVisible();
  expect(missingEvents(events, await page.evaluate(() => window.nearfarCamera?.events ?? []))).toEqual([]);
  const { code, data } = await session.result();
  expect([code, data.score]).toEqual(['SUCCESS', 100]);
});

test('a blocked camera leads to advice', async ({ page }) => {
  const session = await openSandboxSession(account);
  await page.addInitScript({ content: fakeCameraScript('permission_denied') });
  await page.goto(session.url);
  await page.getByRole('button', { name: 'Start camera' }).click();
  await expect(page.getByRole('heading', { name: 'Camera access is blocked' })).toBeVisible();
});
