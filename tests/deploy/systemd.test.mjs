// deploy/systemd: the unit is valid and confined, its user and folders can be made, its options exist.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';
import { checkAccepted, checkVariables } from './lib/options.mjs';
import { outputOf, replaceOnce, skipWithout, source } from './lib/programs.mjs';

const FOLDER = join('deploy', 'systemd');
const UNIT = source(FOLDER, 'nearfar.service');
/** systemd's measure of what a compromised service could do, from 0 to 10; without hardening it is 9.6. In tenths. */
const EXPOSURE_TENTHS = '15';
const options = { skip: skipWithout('systemd-analyze') };

test('systemd accepts the unit', options, (t) => {
  const path = join(temporaryFolder(t), 'nearfar.service');
  writeFileSync(path, replaceOnce(UNIT, { '/usr/bin/nearfar-server': serviceProgram() }));
  const report = outputOf('sh', ['-c', 'systemd-analyze verify --man=no --recursive-errors=no "$1" 2>&1', 'sh', path]);
  assert.equal(report.trim(), '');
});

test('the unit is confined', options, () => {
  const path = join(root, FOLDER, 'nearfar.service');
  outputOf('systemd-analyze', ['security', '--offline=yes', `--threshold=${EXPOSURE_TENTHS}`, '--no-pager', path]);
});

test('its user and its folders can be made', { skip: skipWithout('systemd-sysusers', 'systemd-tmpfiles') }, (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'etc'));
  outputOf('systemd-sysusers', [`--root=${folder}`, join(root, FOLDER, 'nearfar.sysusers')]);
  assert.match(
    source('/', join(folder, 'etc', 'passwd')),
    /^nearfar:x:\d+:\d+:.*:\/var\/lib\/nearfar:\/usr\/sbin\/nologin$/m,
  );
  outputOf('systemd-tmpfiles', ['--create', `--root=${folder}`, join(root, FOLDER, 'nearfar.tmpfiles')]);
  assert.equal(statSync(join(folder, 'etc/nearfar/secrets')).mode & 0o777, 0o700);
});

test('its options and those of the example file exist', (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['master_key', 'blob_keys']) writeFileSync(join(folder, name), `${'ab'.repeat(32)}\n`);
  const here = (value) => value.replace('%d', folder).replace('/etc/nearfar', join(root, FOLDER));
  const variables = [...UNIT.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name, value]) => [name, here(value)]);
  checkVariables(variables.map(([name]) => name));
  const env = Object.fromEntries(variables);
  assert.ok(existsSync(env.NEARFAR_CONFIG));
  // What each credential is named in both places.
  const credentials = [...UNIT.matchAll(/^LoadCredential=(\w+):/gm)].map(([, name]) => name);
  assert.deepEqual(
    credentials,
    [...UNIT.matchAll(/^Environment=\w+=%d\/(\w+)$/gm)].map(([, name]) => name),
  );
  checkAccepted(env);
});
