// The package's size stays within its budget.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packageSizes } from '../../benches/package-sizes.mjs';

const budget = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8'));

test('every entry of the package is within its budget', async () => {
  const sizes = await packageSizes();
  assert.deepEqual(Object.keys(sizes), Object.keys(budget));
  const over = Object.entries(budget).flatMap(([name, limits]) =>
    Object.keys(limits)
      .filter((encoding) => sizes[name][encoding] > limits[encoding])
      .map((encoding) => `${name}: ${sizes[name][encoding]} bytes ${encoding}, ${limits[encoding]} allowed`),
  );
  assert.deepEqual(over, []);
});
