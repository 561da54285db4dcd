// The instruction that is named after a timeout.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { lastPhase, longestUnmetInstruction } = await pageModule('flow/timeout-hint.ts');

const timelineOf = (...entries) => entries.map(([time, phase, code]) => ({ time, phase, code, failing: [] }));

test('the instruction with the longest total time', () => {
  const timeline = timelineOf(
    [0, 'far', 'no_face'],
    [3_000, 'far', 'too_far'],
    [5_000, 'far', 'blurry'],
    [9_000, 'far', 'too_far'],
  );
  assert.equal(longestUnmetInstruction(timeline, 12_500), 'too_far');
  assert.equal(longestUnmetInstruction(timeline, 10_000), 'blurry');
});

test('only the phase in which the time ran out counts', () => {
  const timeline = timelineOf(
    [0, 'far', 'no_face'],
    [60_000, 'far', 'keep_still'],
    [61_000, 'near', 'too_far'],
    [62_000, 'near', 'keep_still'],
  );
  assert.equal(longestUnmetInstruction(timeline, 63_000), 'too_far');
  assert.equal(lastPhase(timeline), 'near');
  assert.equal(lastPhase([]), null);
});

test('keep_still only if there was no other instruction', () => {
  assert.equal(longestUnmetInstruction(timelineOf([0, 'far', 'keep_still']), 90_000), 'keep_still');
  assert.equal(
    longestUnmetInstruction(timelineOf([0, 'far', 'too_dark'], [100, 'far', 'keep_still']), 90_000),
    'too_dark',
  );
  assert.equal(longestUnmetInstruction([], 90_000), null);
});

test('a clock that was set back shortens no other instruction', () => {
  assert.equal(
    longestUnmetInstruction(
      timelineOf([5_000, 'far', 'blurry'], [0, 'far', 'too_far'], [2_000, 'far', 'blurry']),
      2_500,
    ),
    'too_far',
  );
});
