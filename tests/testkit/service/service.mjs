// A running service of one test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accounts, buildService, dataDirEnv, startService } from '../../../scripts/build/service.mjs';

/** An empty folder that is gone when the test ends. */
export function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Starts the service with an account of its own, which has these settings. All is gone when the test ends.
 * @param {object | ((folder: string) => object)} env its variables, which may depend on the folder
 * @returns {Promise<{url: string, folder: string, env: object, accessKey: string, secretKey: string}>} `folder`: where it
 *   keeps everything; `env`: what it was started with
 */
export async function openService(t, env = {}, settings = {}) {
  await buildService();
  const folder = temporary(t);
  const more = typeof env === 'function' ? env(folder) : env;
  const all = { NEARFAR_LOG: 'warn', ...more, ...dataDirEnv(folder) };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${JSON.stringify(value)}`]);
  const [keys] = accounts(['add', 'test', ...set], all);
  const { url, close } = await startService({ port: 0, env: all });
  t.after(close);
  return { url, folder, env: all, ...keys };
}
