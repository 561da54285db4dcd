// examples/integration.sh, as an integrator reads and runs it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadImage } from '@napi-rs/canvas';
import { root } from '../../scripts/lib/run.mjs';
import { openService, temporary } from './lib/service.mjs';
import { storyVideo } from './stories/generate.mjs';

const run = promisify(execFile);

/** Runs the script against a service and returns what it said, line by line. */
async function integrate(t, story) {
  const { url, folder, accessKey, secretKey } = await openService(t);
  const out = temporary(t);
  const env = {
    ...process.env,
    SERVICE: url.replace(/\/$/, ''),
    ACCESS_KEY: accessKey,
    SECRET_KEY: secretKey,
    VIDEO: await storyVideo(story),
    OUT: out,
  };
  const { stdout } = await run('bash', ['examples/integration.sh'], { cwd: root, env });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return {
    said: stdout.trim().split('\n'),
    out,
    objects: files.filter((file) => file.isFile() && /objects/.test(file.parentPath)),
  };
}

test('the integration of the examples, from the access token to the end of the data', async (t) => {
  const { said, out, objects } = await integrate(t, 'far_to_near');
  const score = said.find((line) => line.startsWith('score: '));
  assert.deepEqual(said, [
    'access token: SUCCESS',
    'user interface: SUCCESS',
    'session: SUCCESS',
    'capture: succeeded',
    'result: SUCCESS',
    score,
    `pictures: ${out}/far.jpg, ${out}/near.jpg`,
    'clear data: SUCCESS',
    'result afterwards: RESULT_NOT_FOUND',
  ]);
  const value = Number(score.slice('score: '.length));
  assert.ok(value >= 50 && value <= 100, score);
  for (const picture of ['far.jpg', 'near.jpg']) {
    const { width, height } = await loadImage(join(out, picture));
    assert.ok(Math.min(width, height) >= 256, `${picture}: ${width}x${height}`);
  }
  assert.deepEqual(objects, [], 'no file of the person is left');
});
