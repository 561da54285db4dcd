// One scenario for each instruction: the page shows the instruction for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCapture } from '../testkit/page/capture.mjs';
import { SCENARIOS } from '../testkit/scenarios/scenarios.mjs';

for (const [scenario, { instruction }] of Object.entries(SCENARIOS)) {
  // keep_still also appears in a correct capture; see below.
  if (!instruction || instruction === 'keep_still') continue;
  test(`${scenario}: the page shows ${instruction}`, async (t) => {
    const { log } = await openCapture(t, { scenario });
    const shown = await log.until('instruction', ({ code }) => code === instruction);
    assert.ok(shown.failing.includes(instruction), `failing: ${shown.failing}`);
    const codes = new Set(log.all('instruction').map(({ code }) => code));
    // The detector searches a small face region by region; until it is found, there is no face.
    if (scenario === 'too_far') codes.delete('no_face');
    assert.deepEqual([...codes], [instruction]);
  });
}

test('keep_still: a person who keeps moving gets keep_still and is not captured', async (t) => {
  const { log } = await openCapture(t, {
    scenario: 'keep_still',
    options: { config: { session: { stageLimit: 6000 } } },
  });
  const { outcome, instructions } = await log.finished();
  assert.equal(outcome, 'timed_out');
  assert.deepEqual([...new Set(instructions.map(({ code }) => code))], ['keep_still']);
});
