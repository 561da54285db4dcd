// Steps of a long command: order, failures and times.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Steps, waitForAll } from '../../scripts/cli/steps.mjs';

test('the table has a line for each finished step, failed ones included, and one for the total', async (t) => {
  t.mock.method(console, 'log', () => undefined);
  const steps = new Steps();
  const failing = steps.begin('fails', () => Promise.reject(new Error('why')));
  let worked = false;
  await steps.run('works', async () => {
    worked = true;
  });
  await assert.rejects(failing, /why/);
  assert.ok(worked);
  assert.deepEqual(
    steps.table().map((line) => line.replace(/ +\d+ s$/, '')),
    ['fails', 'works', 'total so far'],
  );
});

test('one failure does not stop the other steps', async () => {
  const ended = [];
  const late = async () => {
    await new Promise(setImmediate);
    ended.push('late');
  };
  await assert.rejects(waitForAll([Promise.reject(new Error('first')), late()]), /first/);
  assert.deepEqual(ended, ['late']);
});
