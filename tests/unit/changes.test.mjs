// Which crates npm run check tests after a change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFiles, packages, packagesOf } from '../../scripts/checks/changes.mjs';

const names = (files) => packagesOf(files, packages()).map(({ name }) => name);

test('a file belongs to the crate whose folder contains it', () => {
  assert.deepEqual(names(['crates/store/src/lib.rs']), ['nearfar-store']);
  assert.deepEqual(names(['crates/store/migrations/0001_initial.sql']), ['nearfar-store']);
  assert.deepEqual(names(['crates/rendering/corpus/photographs.json']), ['nearfar-rendering']);
  assert.deepEqual(names(['server/tests/service/main.rs', 'src/lib.rs']).sort(), ['nearfar', 'nearfar-server']);
});

test('files that the tests of a crate compare affect it, and tests of the page do not', () => {
  assert.deepEqual(names(['www/src/engine/types.ts']), ['nearfar']);
  assert.deepEqual(names(['examples/golden_inputs.rs']), ['nearfar']);
  assert.deepEqual(
    names(['tests/packaging/budget.json', 'tests/testkit/photo.json', 'examples/next/tsconfig.json']),
    [],
  );
});

test('the page, scripts and documents affect no crate', () => {
  assert.deepEqual(
    names(['www/src/main.ts', 'scripts/test.mjs', 'tests/e2e/page-files.test.mjs', 'docs/SERVER.md']),
    [],
  );
});

test('an unknown commit is an error', () => {
  assert.throws(() => changedFiles('no-such-commit'), /unknown commit "no-such-commit"/);
});
