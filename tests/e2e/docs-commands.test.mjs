// Runs the service's commands in README.md and docs/SERVER.md, line by line.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { buildService, serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { dataDirEnv } from '../../scripts/servers/service.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

/** The lines of the one block of shell commands that contains this text. */
function commands(file, part) {
  const blocks = [...readFileSync(join(root, file), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, block]) => block,
  );
  const fitting = blocks.filter((block) => block.includes(part));
  assert.equal(fitting.length, 1, `${file} has one block with ${part}`);
  return fitting[0].trim().split('\n');
}

/** A shell with the service's program on its PATH and a folder for its data. */
function shell(t) {
  const path = `${dirname(serviceProgram())}${delimiter}${process.env.PATH}`;
  const folder = temporaryFolder(t);
  const env = { ...process.env, ...dataDirEnv(folder), PATH: path };
  const lastLine = (command) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: root, env, encoding: 'utf8' });
    assert.equal(status, 0, `${command}: ${stdout}${stderr}`);
    return stdout.trim().split('\n').at(-1);
  };
  return { env, folder, lastLine, run: (command) => JSON.parse(lastLine(command)) };
}

test('the account commands in README.md', async (t) => {
  const [add, addSandbox, list, set, rotate, ...more] = commands('README.md', 'npm run account');
  assert.deepEqual(more, []);
  const { run } = shell(t);
  const { accessKey, secretKey } = run(add);
  const withKey = (command) => command.replace('ACCESS_KEY', accessKey);
  assert.equal(run(list).accessKey, accessKey);
  assert.equal(run(set.replace('ACCESS_KEY', run(addSandbox).accessKey)).sandbox, true);
  assert.equal(run(withKey(set)).settings.crossDevice, 'offer');
  const rotated = run(withKey(rotate));
  assert.equal(rotated.accessKey, accessKey);
  assert.notEqual(rotated.secretKey, secretKey);
});

test('the commands in docs/SERVER.md', async (t) => {
  await buildService();
  const [add, serve, ...more] = commands('docs/SERVER.md', 'nearfar-server serve');
  const [show, ...others] = commands('docs/SERVER.md', 'nearfar-server show');
  assert.deepEqual([more, others], [[], []]);
  const { env, folder, run, lastLine } = shell(t);
  const keys = run(add);
  assert.match(keys.secretKey, /^\w{16,}$/);
  const address = `127.0.0.1:${await freePort()}`;
  const all = { ...env, NEARFAR_LISTEN: address };
  const child = spawn('bash', ['-c', `exec ${serve}`], { cwd: root, env: all, stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = new Promise((done) => child.once('close', done));
  t.after(() => child.kill('SIGKILL'));
  let log = '';
  const serving = new Promise((done) => {
    child.stderr.on('data', (part) => {
      log += part;
      // The name of a module also contains "serving".
      if (/serving.* address=/.test(log)) done();
    });
  });
  await Promise.race([serving, ended]);
  const answer = await fetch(`http://${address}/health/ready`);
  assert.deepEqual(await answer.json(), { status: 'ready' });
  const url = `http://${address}/`;
  const { signatureId } = await openSession(url, await signIn(url, keys));
  const out = join(folder, 'case.html');
  const written = lastLine(
    show
      .replace(/show \w+/, `show ${signatureId}`)
      .replace('case.html', out)
      .split('#')[0],
  );
  assert.equal(written, out);
  assert.ok(readFileSync(out, 'utf8').includes(signatureId));
  child.kill('SIGTERM');
  assert.equal(await ended, 0, log);
});
