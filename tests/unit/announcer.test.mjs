// What a screen reader is told, and how fast: the page's own announcer before a clock that the test moves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { transformSync } from 'esbuild';
import { root } from '../../scripts/cli/run.mjs';

const CALM_MS = 2_000;

const source = readFileSync(join(root, 'www/src/ui/announcer.ts'), 'utf8');
const { code } = transformSync(source, { loader: 'ts' });
const { announcer } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** An announcer, what its region was told so far, and the clock. */
function scene(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told = [];
  const region = {
    set textContent(text) {
      told.push(text);
    },
  };
  return { announce: announcer(region), told, pass: (ms) => t.mock.timers.tick(ms) };
}

test('the first text is told at once, the next after two seconds, and only the last of those between', (t) => {
  const { announce, told, pass } = scene(t);
  announce('far');
  pass(1);
  assert.deepEqual(told, ['far']);
  for (const text of ['left', 'right', 'near']) announce(text);
  pass(CALM_MS - 1);
  assert.deepEqual(told, ['far']);
  pass(1);
  assert.deepEqual(told, ['far', 'near']);
  announce('done');
  pass(CALM_MS - 1);
  assert.deepEqual(told, ['far', 'near']);
  pass(1);
  assert.deepEqual(told, ['far', 'near', 'done']);
});

test('of texts that come in one go the last is told; after a pause nothing waits', (t) => {
  const { announce, told, pass } = scene(t);
  announce('far');
  announce('near');
  pass(1);
  assert.deepEqual(told, ['near']);
  pass(CALM_MS);
  announce('');
  assert.deepEqual(told, ['near', '']);
});

test('an empty text takes away at once what stands there, and what was waiting', (t) => {
  const { announce, told, pass } = scene(t);
  announce('keep still');
  pass(1);
  announce('come closer');
  announce('');
  assert.deepEqual(told, ['keep still', '']);
  pass(2 * CALM_MS);
  assert.deepEqual(told, ['keep still', '']);
  announce('done');
  pass(1);
  assert.deepEqual(told, ['keep still', '', 'done']);
});
