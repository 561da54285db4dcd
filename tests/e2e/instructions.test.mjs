// One story per instruction: a person whom the camera shows like that is told so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCapture } from './lib/capture.mjs';
import { STORIES } from './stories/stories.mjs';

for (const [story, { instruction }] of Object.entries(STORIES)) {
  if (!instruction) continue;
  test(`${story}: the person is told ${instruction}`, async (t) => {
    const { log } = await openCapture(t, { story });
    const told = await log.until('instruction', ({ code }) => code === instruction);
    assert.ok(told.failing.includes(instruction), `failing: ${told.failing}`);
    assert.deepEqual([...new Set(log.all('instruction').map(({ code }) => code))], [instruction]);
  });
}
