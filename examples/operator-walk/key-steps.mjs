// The step of the walk that rotates every key while the data stays readable.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFiles } from './deploy-steps.mjs';
import { expect, report } from './deployment.mjs';
import { fingerprint, getResult, testWebhook } from './session-steps.mjs';

const keyStatus = async ({ service }) => JSON.parse(await service.command('key', 'status', '--json'));

/** Creates a key file. Its content is `text` of a new key. */
async function newKey(walk, name, text = (key) => key) {
  const key = await walk.service.command('key', 'generate');
  writeFileSync(join(walk.secrets, name), `${text(key)}\n`, { mode: 0o600 });
  return key;
}

/** Ends the walk unless the result is the one from before. */
async function expectSameResult(walk) {
  const result = await getResult(walk.service.url, walk.access, walk.session.signatureId);
  expect(result.code === 'SUCCESS', `Get Result answers ${result.code}`);
  expect(fingerprint(result) === walk.result, 'Get Result has other data than before');
}

/** Master key, blob key and signing keys, as docs/KEYS-AND-BACKUPS.md says. */
export async function rotateKeys(walk) {
  const { service, options, secrets } = walk;
  const former = readFileSync(join(secrets, 'blob_keys'), 'utf8').trim();
  await newKey(walk, 'new_master_key');
  const blobKey = await newKey(walk, 'both_blob_keys', (key) => `${key},${former}`);
  const both = { master_key_previous_file: join(secrets, 'master_key') };
  await service.restart({ ...options, ...keyFiles(walk, 'new_master_key', 'both_blob_keys'), ...both });
  report(await service.command('key', 'rotate'));
  report(await service.command('key', 'rotate-blobs'));
  const { masterKeys, secrets: sealed, blobKeys, files } = await keyStatus(walk);
  const stale = sealed.filter(({ key }) => key !== masterKeys[0]);
  expect(sealed.length > 0 && stale.length === 0, `${stale.length} secrets have the former key`);
  const counted = files.filter(({ files: count }) => count > 0);
  const old = counted.filter(({ key }) => key !== blobKeys[0]);
  expect(counted.length > 0 && old.length === 0, `the former key still encrypts files: ${JSON.stringify(old)}`);
  await expectSameResult(walk);

  writeFileSync(join(secrets, 'new_blob_keys'), `${blobKey}\n`, { mode: 0o600 });
  walk.options = { ...options, ...keyFiles(walk, 'new_master_key', 'new_blob_keys') };
  await service.restart(walk.options);
  await expectSameResult(walk);
  report('the former keys are removed: Get Result is the same, with the access token from before');
  await testWebhook(walk);
  await walk.reviewer.page(`/console/sessions/${walk.session.signatureId}`);
  report('the operator is still signed in');
  report(await service.command('key', 'rotate-signing'));
  await expectSameResult(walk);
  report('the access token from before is still valid');
}
