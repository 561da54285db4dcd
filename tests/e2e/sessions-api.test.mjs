// Runs the examples of docs/SESSIONS-API.md against a service.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { openService } from '../testkit/service/service.mjs';

const run = promisify(execFile);

test('the examples of docs/SESSIONS-API.md', async (t) => {
  const service = await openService(t);
  const access = await signIn(service.url, service);
  const session = await openSession(service.url, access, { userId: 'customer-17' });
  await openSession(service.url, access, { userId: 'customer-18' });
  await fetch(`${service.url}h5/api/v1/session`, { headers: session.headers });

  const text = readFileSync(join(root, 'docs/SESSIONS-API.md'), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const env = {
    ...process.env,
    ...service.env,
    PATH: `${dirname(serviceProgram())}${delimiter}${process.env.PATH}`,
    SERVICE: service.url.replace(/\/$/, ''),
    TOKEN: access['X-ACCESS-TOKEN'],
    SIGNATURE_ID: session.signatureId,
    // Midnight may pass during the test.
    FROM: yesterday,
    TO: today,
  };
  const shell = async (command) => (await run('bash', ['-c', command], { cwd: root, env })).stdout;
  const [search, get, statistics] = await Promise.all(
    blocks.slice(0, 3).map(async (block) => JSON.parse(await shell(block))),
  );

  assert.equal(search.code, 'SUCCESS', JSON.stringify(search));
  assert.deepEqual(
    search.data.sessions.map(({ signatureId, state }) => [signatureId, state]),
    [[session.signatureId, 'open']],
  );
  assert.equal(search.data.nextCursor, null);
  assert.equal(get.data.session.userId, 'customer-17');
  assert.deepEqual(get.data.attempts, []);
  const { created, opened, unfinished } = statistics.data.total;
  assert.deepEqual([created, opened, unfinished], [2, 1, 2]);

  const [list, lines, table, json, ...others] = blocks[3]
    .trim()
    .replaceAll('ACCESS_KEY', service.accessKey)
    .split('\n');
  assert.deepEqual([others, blocks.length], [[], 4]);
  assert.match(await shell(list), /^created +signatureId/);
  assert.equal(JSON.parse(await shell(lines)).signatureId, session.signatureId);
  assert.match(await shell(table), /^total +0 /m);
  assert.equal(JSON.parse((await shell(json)).trim().split('\n').at(-1)).statistics.created, 2);
});
