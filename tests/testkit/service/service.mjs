// Starts a service for one test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../../../scripts/build/service.mjs';
import { accountCommand, dataDirEnv, startService } from '../../../scripts/servers/service.mjs';

/** Creates an empty folder and deletes it when the test ends. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Starts the service with its own data and an account with these settings. Deletes everything when the test ends.
 * @param {object | ((folder: string) => object)} env its environment, which may depend on its folder
 * @param {boolean} sandbox whether it is a sandbox account, for which Get Token's `sandbox` chooses the verdicts
 * @returns {Promise<{url: string, folder: string, env: object, accessKey: string, secretKey: string}>} `folder`: its
 *   data; `env`: its environment
 */
export async function openService(t, env = {}, settings = {}, sandbox = false) {
  await buildService();
  const folder = temporaryFolder(t);
  const more = typeof env === 'function' ? env(folder) : env;
  const all = { NEARFAR_LOG: 'warn', ...more, ...dataDirEnv(folder) };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${JSON.stringify(value)}`]);
  const [keys] = accountCommand(['add', 'test', ...(sandbox ? ['--sandbox'] : []), ...set], all);
  const { url, close } = await startService({ port: 0, env: all });
  t.after(close);
  return { url, folder, env: all, ...keys };
}
