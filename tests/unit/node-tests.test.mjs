// The lists of test files that npm test and npm run test:all use.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALONE, browserTests, LONGEST, MATRICES, testName } from '../../scripts/checks/node-tests.mjs';

for (const [list, names] of Object.entries({ ALONE, LONGEST, MATRICES }))
  test(`${list} names existing test files, each once`, () => {
    const existing = browserTests().map(testName);
    assert.deepEqual(
      names.filter((each) => !existing.includes(each)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
  });
