// examples/integration.sh.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadImage } from '@napi-rs/canvas';
import { root } from '../../scripts/cli/run.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { openService, temporaryFolder } from '../testkit/service/service.mjs';

const run = promisify(execFile);

/** Runs the script against a service and returns its output by line. */
async function integrate(t, scenario, { env: given, settings } = {}) {
  const { url, folder, accessKey, secretKey } = await openService(t, given, settings);
  const out = temporaryFolder(t);
  const env = {
    ...process.env,
    SERVICE: url.replace(/\/$/, ''),
    ACCESS_KEY: accessKey,
    SECRET_KEY: secretKey,
    VIDEO: await scenarioVideo(scenario),
    OUT: out,
  };
  const done = run('bash', ['examples/integration.sh'], { cwd: root, env });
  const { stdout, code = 0 } = await done.catch((failed) => failed);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return {
    code,
    lines: stdout.trim().split('\n'),
    out,
    objects: files.filter((file) => file.isFile() && /objects/.test(file.parentPath)),
  };
}

test('the integration example, from the access token to the erasure of the data', async (t) => {
  const settings = { verdictFields: true };
  const { code, lines, out, objects } = await integrate(t, 'far_to_near', { settings });
  const result = lines.find((line) => line.startsWith('result: '));
  assert.deepEqual(lines, [
    'access token: SUCCESS',
    'user interface: SUCCESS',
    'session: SUCCESS',
    'capture: succeeded',
    result,
    `pictures: ${out}/far.jpg, ${out}/near.jpg`,
    'clear data: SUCCESS',
    'result afterwards: RESULT_NOT_FOUND',
  ]);
  const [, score] = /^result: SUCCESS, score: (\d+), verdict: live, passed: true$/.exec(result) ?? [];
  assert.ok(Number(score) >= 50 && Number(score) <= 100, result);
  assert.equal(code, 0);
  for (const picture of ['far.jpg', 'near.jpg']) {
    const { width, height } = await loadImage(join(out, picture));
    assert.ok(Math.min(width, height) >= 256, `${picture}: ${width}x${height}`);
  }
  assert.deepEqual(objects, [], 'all files are erased');
});

test('a capture that does not pass gives exit status 3', async (t) => {
  // A score that no capture reaches.
  const env = { NEARFAR_PASS_SCORE: '100' };
  const { code, lines, objects } = await integrate(t, 'far_to_near', { env, settings: { verdictFields: true } });
  assert.equal(code, 3, lines.join('\n'));
  const result = lines.find((line) => line.startsWith('result: '));
  assert.match(result, /^result: SUCCESS, score: \d\d, verdict: live, passed: false$/);
  assert.ok(lines.includes('reasons: below_pass_score'), lines.join('\n'));
  assert.deepEqual(objects, [], 'the data is erased as well');
});
