// The steps of a long command.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allEnd, Steps } from '../../scripts/cli/steps.mjs';

test('the table has a line for each step that ended, failed ones too, and one for the whole', async (t) => {
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
    ['fails', 'works', 'everything so far'],
  );
});

test('the failure of one does not end the others', async () => {
  const ended = [];
  const late = async () => {
    await new Promise(setImmediate);
    ended.push('late');
  };
  await assert.rejects(allEnd([Promise.reject(new Error('first')), late()]), /first/);
  assert.deepEqual(ended, ['late']);
});
