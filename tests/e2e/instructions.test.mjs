// One scenario per instruction: a person whom the camera shows like that is told so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCapture } from '../testkit/page/capture.mjs';
import { SCENARIOS } from '../testkit/scenarios/scenarios.mjs';

for (const [scenario, { instruction }] of Object.entries(SCENARIOS)) {
  // That is also what a person is told who does everything right; see below.
  if (!instruction || instruction === 'keep_still') continue;
  test(`${scenario}: the person is told ${instruction}`, async (t) => {
    const { log } = await openCapture(t, { scenario });
    const told = await log.until('instruction', ({ code }) => code === instruction);
    assert.ok(told.failing.includes(instruction), `failing: ${told.failing}`);
    const codes = new Set(log.all('instruction').map(({ code }) => code));
    // A small face is looked for square by square: until it is found there is none.
    if (scenario === 'too_far') codes.delete('no_face');
    assert.deepEqual([...codes], [instruction]);
  });
}

test('keep_still: whoever moves all the time is told to keep still, and is not captured', async (t) => {
  const { log } = await openCapture(t, {
    scenario: 'keep_still',
    options: { config: { session: { stageLimit: 6000 } } },
  });
  const { outcome, instructions } = await log.finished();
  assert.equal(outcome, 'timed_out');
  assert.deepEqual([...new Set(instructions.map(({ code }) => code))], ['keep_still']);
});
