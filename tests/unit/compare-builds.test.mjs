// The order and the ratios of npm run compare-builds, and its slowdown. The figures depend on the machine and are not
// tested.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { alternate, pairRatios } from '../../benches/lib/pairs.mjs';
import { slowDown } from '../../benches/lib/slow-process.mjs';

test('both builds are measured once a round, every other round in reverse', async () => {
  const calls = [];
  const results = await alternate(['a', 'b'], 3, async (name, round) => {
    calls.push(name);
    return `${name}${round}`;
  });
  assert.equal(calls.join(''), 'abbaab');
  assert.deepEqual(results, { a: ['a0', 'a1', 'a2'], b: ['b0', 'b1', 'b2'] });
});

test('ratios are those of each round', () => {
  assert.deepEqual(pairRatios([1, 30, 4], [2, 10, 4]), { median: 1, lowest: 0.5, highest: 3 });
});

/** The state of a process: R, S or, if it is stopped, T. */
const stateOf = (pid) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1];

/** Waits until `condition` holds. */
async function until(condition) {
  while (!condition()) await sleep(1);
}

/** The states are read from /proc. */
const OPTIONS = { timeout: 60_000, skip: process.platform !== 'linux' };

test('a slowed process is stopped from time to time, and runs again afterwards', OPTIONS, async (t) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1)']);
  t.after(() => child.kill('SIGKILL'));
  const end = slowDown([child.pid], 4);
  await until(() => stateOf(child.pid) === 'T');
  const share = await end();
  assert.ok(share > 0 && share < 1, `${share}`);
  await until(() => stateOf(child.pid) !== 'T');
});

test('a slowdown survives the end of its process', OPTIONS, async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1)']);
  const end = slowDown([child.pid], 4);
  await until(() => stateOf(child.pid) === 'T');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  assert.ok((await end()) > 0);
});
