// What the package costs whoever uses it, held to a budget that grows only on purpose.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packageSizes } from '../../benches/package-sizes.mjs';

const budget = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8'));

test('every entry of the package is within its budget', async () => {
  const sizes = await packageSizes();
  assert.deepEqual(Object.keys(sizes), Object.keys(budget));
  const over = Object.entries(budget).flatMap(([name, most]) =>
    Object.keys(most)
      .filter((way) => sizes[name][way] > most[way])
      .map((way) => `${name}: ${sizes[name][way]} bytes ${way}, ${most[way]} allowed`),
  );
  assert.deepEqual(over, []);
});
