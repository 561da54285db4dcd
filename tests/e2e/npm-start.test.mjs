// npm start and npm run account, as somebody at a terminal uses them.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { dataDirEnv } from '../../scripts/servers/service.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

/** Runs what npm start runs until it serves; `stop` presses Ctrl-C and returns its exit status. */
async function start(t, data) {
  // A group of its own, so that an interrupt reaches all of it as from a terminal. Not by npm, which would end by the
  // signal itself, however well the command ends.
  const command = ['scripts/start.mjs', '--port', '0', '--data', data];
  const child = spawn(process.execPath, command, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.once('close', (code, signal) => done(code ?? signal)));
  const stop = () => {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    return ended;
  };
  t.after(stop);
  const said = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    const url = line.match(/serving (http:\S+\/),/)?.[1];
    if (url) return { url, said: said.join('\n'), stop };
  }
  throw new Error(`npm start ended with ${await ended}: ${said.join('\n')}`);
}

/** The code of the answer to a request for an access token. */
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

test('npm start serves page and APIs, tells its demo account once, and stops at Ctrl-C', async (t) => {
  const data = temporaryFolder(t);
  const first = await start(t, data);
  const [, accessKey, secretKey] = first.said.match(/^export ACCESS_KEY=(\S+) SECRET_KEY=(\S+)$/m);
  assert.equal(await signIn(first.url, accessKey, secretKey), 'SUCCESS');
  const page = await fetch(first.url);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.equal(await first.stop(), 0);

  const again = await start(t, data);
  assert.doesNotMatch(again.said, /SECRET_KEY/);
  const advice = again.said.match(/npm run account -- (rotate \S+)$/m)[1];
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

test('npm start says when its port is taken', async (t) => {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address();
  const command = ['run', '--silent', 'start', '--', '--port', String(port), '--data', temporaryFolder(t)];
  const { status, stderr } = spawnSync('npm', command, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`port ${port} is in use; choose another with --port`));
});
