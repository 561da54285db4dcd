// examples/operator-walk.mjs.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { buildService, serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

/** Runs the walk. Returns its exit status and output. Fails if it leaves a file behind. */
async function walk(t, args) {
  const folder = temporaryFolder(t);
  const options = { cwd: root, env: { ...process.env, TMPDIR: folder } };
  const done = promisify(execFile)(process.execPath, ['examples/operator-walk.mjs', ...args], options);
  const { code = 0, stdout, stderr } = await done.catch((failed) => failed);
  const left = readdirSync(folder).filter((name) => name.startsWith('nearfar-walk-'));
  assert.deepEqual(left, [], 'nothing is left behind');
  return { code, stdout, stderr };
}

test('the walk of an operator succeeds and prints no secret', async (t) => {
  await buildService();
  const args = ['--binary', serviceProgram(), '--video', await scenarioVideo('far_to_near')];
  const { code, stdout, stderr } = await walk(t, args);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /\nAll steps succeeded\.\n$/);
  const steps = stdout.match(/^\d+\/\d+ .+$/gm);
  assert.ok(steps.length > 0 && steps.at(-1).startsWith(`${steps.length}/${steps.length} `), steps.join('\n'));
  // Of webhooks, of the person's page, of operators' links; account secrets are 32 hex digits.
  assert.doesNotMatch(stdout, /whsec_|token=|setup=|\b[0-9a-f]{32}\b/);
});

test('the walk stops at the first step that fails', async (t) => {
  const { code, stdout, stderr } = await walk(t, ['--binary', '/bin/false']);
  assert.equal(code, 1);
  assert.match(stderr, /^\[nearfar\] Write secrets: nearfar-server key generate/m);
  assert.doesNotMatch(stdout, /Configure and start/);
});
