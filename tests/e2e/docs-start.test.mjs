// Runs the commands of docs/START.md against a service, in one shell, as a reader would.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../../scripts/cli/run.mjs';
import { openService } from '../testkit/service/service.mjs';

const MARK = '--- next';

/** The block of shell commands below a heading. */
function block(text, heading) {
  const [, below] = text.split(`\n## ${heading}\n`);
  const [, commands] = /^```sh\n(.*?)^```$/ms.exec(below);
  return commands;
}

test('the five-minute start leads from the keys to a session and its result', async (t) => {
  const { url, accessKey, secretKey } = await openService(t, {}, { verdictFields: true });
  const text = readFileSync(join(root, 'docs', 'START.md'), 'utf8');
  const [signIn, session, result] = ['2. Sign in', '3. Create a session', '4. Read the verdict'].map((heading) =>
    block(text, heading),
  );
  const address = 'SERVICE=http://localhost:8787';
  assert.ok(signIn.includes(address) && result.includes('SIGNATURE_ID'));
  const script = [
    signIn.replace(address, `SERVICE=${url.replace(/\/$/, '')}`),
    `SESSION=$(${session})`,
    'echo "$SESSION"',
    `echo; echo '${MARK}'`,
    `ID=$(echo "$SESSION" | sed 's/.*"signatureId": *"\\([^"]*\\)".*/\\1/')`,
    result.replace('SIGNATURE_ID"}\'', `'"$ID"'"}'`),
  ].join('\n');
  const env = { ...process.env, ACCESS_KEY: accessKey, SECRET_KEY: secretKey };
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env, cwd: root });
  const [opened, read] = stdout.split(MARK).map((answer) => JSON.parse(answer));
  assert.equal(opened.code, 'SUCCESS');
  assert.match(opened.data.url, /\/h5\/\?.*token=/);
  // Nobody was captured yet.
  assert.equal(read.code, 'LIVENESS_NO_RESULT');
});
