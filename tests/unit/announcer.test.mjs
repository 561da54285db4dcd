// The announcer for screen readers, with a clock that the test advances.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { transformSync } from 'esbuild';
import { root } from '../../scripts/cli/run.mjs';

const MIN_INTERVAL_MS = 2_000;

const source = readFileSync(join(root, 'www/src/ui/announcer.ts'), 'utf8');
const { code } = transformSync(source, { loader: 'ts' });
const { announcer } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** An announcer, the texts in its region so far, and the clock. */
function createAnnouncer(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const announced = [];
  const region = {
    set textContent(text) {
      announced.push(text);
    },
  };
  return { announce: announcer(region), announced, pass: (ms) => t.mock.timers.tick(ms) };
}

test('the first text is announced at once, and after two seconds only the last of the texts in between', (t) => {
  const { announce, announced, pass } = createAnnouncer(t);
  announce('far');
  pass(1);
  assert.deepEqual(announced, ['far']);
  for (const text of ['left', 'right', 'near']) announce(text);
  pass(MIN_INTERVAL_MS - 1);
  assert.deepEqual(announced, ['far']);
  pass(1);
  assert.deepEqual(announced, ['far', 'near']);
  announce('done');
  pass(MIN_INTERVAL_MS - 1);
  assert.deepEqual(announced, ['far', 'near']);
  pass(1);
  assert.deepEqual(announced, ['far', 'near', 'done']);
});

test('of several texts at once the last is announced; after a pause there is no wait', (t) => {
  const { announce, announced, pass } = createAnnouncer(t);
  announce('far');
  announce('near');
  pass(1);
  assert.deepEqual(announced, ['near']);
  pass(MIN_INTERVAL_MS);
  announce('');
  assert.deepEqual(announced, ['near', '']);
});

test('an empty text clears the region and the pending text at once', (t) => {
  const { announce, announced, pass } = createAnnouncer(t);
  announce('keep still');
  pass(1);
  announce('come closer');
  announce('');
  assert.deepEqual(announced, ['keep still', '']);
  pass(2 * MIN_INTERVAL_MS);
  assert.deepEqual(announced, ['keep still', '']);
  announce('done');
  pass(1);
  assert.deepEqual(announced, ['keep still', '', 'done']);
});
