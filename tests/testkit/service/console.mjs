// Starts a service with a console, and signs an operator in.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { serviceProgram } from '../../../scripts/build/service.mjs';
import { root } from '../../../scripts/cli/run.mjs';
import { freePort } from '../../../scripts/servers/port.mjs';
import { openService } from './service.mjs';
import { TOTP_STEP_MS, totpCode } from './totp.mjs';

/** The password of every operator. */
export const PASSWORD = 'correct horse battery staple';

/** Starts a service with a console, like `openService`. Returns what `openService` returns, and `consoleUrl`. */
export async function openConsole(t, settings = {}, sandbox = false) {
  const port = await freePort(0);
  const consoleUrl = `http://localhost:${port}`;
  const env = { NEARFAR_CONSOLE_LISTEN: `127.0.0.1:${port}`, NEARFAR_CONSOLE_URL: consoleUrl };
  return { ...(await openService(t, env, settings, sandbox)), consoleUrl };
}

/** Creates an operator. Returns the link for the set-up. */
export function addOperator({ env }, name, role) {
  const options = { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' };
  const added = spawnSync(serviceProgram(), ['operator', 'add', name, '--role', role], options);
  assert.equal(added.status, 0, added.stderr);
  return JSON.parse(added.stdout).setUp;
}

/** Creates an operator, sets it up in this page and signs it in. */
export async function signInOperator(page, service, name, role) {
  const { consoleUrl } = service;
  await page.goto(addOperator(service, name, role));
  const secret = await page.locator('p > code').textContent();
  const time = Date.now();
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('Repeat the password').fill(PASSWORD);
  await page.getByLabel('Code', { exact: true }).fill(totpCode(secret, time));
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
  await page.goto(`${consoleUrl}/console/sign-in`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  // The code of set-up counts no more; the next one is valid a step early.
  await page.getByLabel('Code', { exact: true }).fill(totpCode(secret, time + TOTP_STEP_MS));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
