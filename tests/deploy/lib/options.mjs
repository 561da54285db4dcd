// Compares the options that deployment files set with those that the service has.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { serviceProgram } from '../../../scripts/build/service.mjs';
import { source } from './programs.mjs';

/** The options of the table in docs/SERVER.md, which a test of the service compares with the code. */
export function documentedOptions() {
  const [, section] = source('docs', 'SERVER.md').split('\n## Options\n');
  const names = [...section.split('\n## ')[0].matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.ok(names.length > 40, `${names.length} options`);
  return names;
}

/** Fails unless every NEARFAR_ variable is an option. NEARFAR_CONFIG names the configuration file. */
export function checkVariables(names) {
  const options = [...documentedOptions(), 'config'];
  const ours = names.filter((name) => name.startsWith('NEARFAR_'));
  assert.ok(ours.length > 0);
  assert.deepEqual(
    ours.filter((name) => !options.includes(name.slice('NEARFAR_'.length).toLowerCase())),
    [],
  );
}

/** Fails unless the service accepts these variables, and the configuration file that they name. */
export function checkAccepted(env) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NEARFAR|AWS|DATABASE)_/.test(name));
  const { status, stderr } = spawnSync(serviceProgram(), ['openapi'], {
    env: { ...Object.fromEntries(inherited), ...env },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}
