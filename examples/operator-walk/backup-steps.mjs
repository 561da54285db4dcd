// The steps of the walk with backups: restored in another place, and restored after an erasure.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../scripts/servers/port.mjs';
import { signIn } from '../../tests/testkit/service/integrator.mjs';
import { NOTE } from './console-steps.mjs';
import { keyFiles, options } from './deploy-steps.mjs';
import { Deployment, expect, report } from './deployment.mjs';
import { fingerprint, getResult, USER_ID } from './session-steps.mjs';

/** Backs up the service while it runs. */
export async function backUp(walk) {
  walk.backup = join(walk.folder, 'backup');
  report(await walk.service.command('backup', walk.backup));
}

/** Restores the backup to a new place, starts a service there, and returns its Get Result of the walk's session. */
async function restoredResult(walk, name, more) {
  const folder = join(walk.folder, name);
  mkdirSync(folder, { mode: 0o700 });
  const secrets = keyFiles(walk, 'new_master_key', 'new_blob_keys');
  const own = options(walk, folder, { port: await freePort(), secrets });
  // A trial must not send events to integrators.
  const trial = { ...own, webhooks_at_once: 0 };
  const restored = new Deployment({ program: walk.program, folder, options: trial });
  walk.deployments.push(restored);
  report(await restored.command('restore', walk.backup, ...more));
  await restored.command('audit', 'verify', '--expect-head', walk.auditHead);
  await restored.start();
  const access = await signIn(`${restored.url}/`, walk.keys);
  const result = await getResult(restored.url, access, walk.session.signatureId);
  await restored.stop();
  return result;
}

/** The restored service has the same result. */
export async function restore(walk) {
  const result = await restoredResult(walk, 'restored', []);
  expect(result.code === 'SUCCESS', `Get Result of the restored service answers ${result.code}`);
  expect(fingerprint(result) === walk.result, 'the restored result is another one');
  report('its Get Result is the same, and so are its account and its audit log');
}

/** A backup from before the erasure does not bring the person back. */
export async function restoreErased(walk) {
  const erasures = await walk.service.command('erasures', '--since', '0');
  const file = join(walk.folder, 'erased.jsonl');
  writeFileSync(file, `${erasures}\n`);
  expect(erasures.includes(walk.session.signatureId), 'the list of erasures does not have the session');
  const { code } = await restoredResult(walk, 'restored-again', ['--erased', file]);
  expect(code === 'RESULT_NOT_FOUND', `Get Result of the restored service answers ${code}`);
  report(`its Get Result: ${code}`);
}

/** Searches the data of the service, once it has stopped, for the person. */
export async function searchData(walk) {
  await walk.service.stop();
  const files = readdirSync(walk.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const found = paths.filter((path) => {
    const content = readFileSync(path);
    return content.includes(USER_ID) || content.includes(NOTE);
  });
  expect(found.length === 0, `the user id or the note is in ${found.join(', ')}`);
  const pictures = paths.filter((path) => path.startsWith(join(walk.data, 'objects')));
  expect(pictures.length === 0, `${pictures.length} captured files are left`);
  report(`${paths.length} files, log and database among them: no captured file, no user id, no note`);
}
