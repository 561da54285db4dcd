// npm start and npm run account in a terminal.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { dataDirEnv } from '../../scripts/servers/service.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

/** Runs npm start until it serves. `stop` sends Ctrl-C and returns the exit status. */
async function start(t, data) {
  // In its own process group, so that an interrupt reaches all of it as from a terminal. Without npm, which exits by
  // the signal even if the command exits normally.
  const command = ['scripts/start.mjs', '--port', '0', '--data', data];
  const child = spawn(process.execPath, command, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((done) => child.once('close', (code, signal) => done(code ?? signal)));
  const stop = () => {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    return exited;
  };
  t.after(stop);
  const lines = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    const url = line.match(/serving (http:\S+\/),/)?.[1];
    if (url) return { url, output: lines.join('\n'), stop };
  }
  throw new Error(`npm start exited with ${await exited}: ${lines.join('\n')}`);
}

/** Requests an access token and returns the response's code. */
async function signIn(url, accessKey, secretKey) {
  const timestamp = String(Date.now());
  const signature = createHash('sha256').update(`${accessKey}${secretKey}${timestamp}`).digest('hex');
  const response = await fetch(new URL('openapi/auth/ticket/v1/generate-token', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ accessKey, timestamp, signature }),
  });
  return (await response.json()).code;
}

test('npm start serves page and APIs, prints its demo account once, and stops on Ctrl-C', async (t) => {
  const data = temporaryFolder(t);
  const first = await start(t, data);
  const [, accessKey, secretKey] = first.output.match(/^export ACCESS_KEY=(\S+) SECRET_KEY=(\S+)$/m);
  assert.equal(await signIn(first.url, accessKey, secretKey), 'SUCCESS');
  const page = await fetch(first.url);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.equal(await first.stop(), 0);

  const again = await start(t, data);
  assert.doesNotMatch(again.output, /SECRET_KEY/);
  const advice = again.output.match(/npm run account -- (rotate \S+)$/m)[1];
  assert.equal(advice, `rotate ${accessKey}`);
  assert.equal(await signIn(again.url, accessKey, secretKey), 'SUCCESS', 'the account was kept');

  const rotate = ['run', '--silent', 'account', '--', ...advice.split(' ')];
  const { stdout } = spawnSync('npm', rotate, {
    cwd: root,
    env: { ...process.env, ...dataDirEnv(data) },
    encoding: 'utf8',
  });
  const keys = JSON.parse(stdout.trim().split('\n').at(-1));
  assert.equal(keys.accessKey, accessKey);
  assert.equal(await signIn(again.url, accessKey, secretKey), 'PARAMETER_ERROR', 'a wrong signature');
  assert.equal(await signIn(again.url, accessKey, keys.secretKey), 'SUCCESS');
  assert.equal(await again.stop(), 0);
});

test('npm start reports a port that is in use', async (t) => {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address();
  const command = ['run', '--silent', 'start', '--', '--port', String(port), '--data', temporaryFolder(t)];
  const { status, stderr } = spawnSync('npm', command, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`port ${port} is in use; choose another with --port`));
});
