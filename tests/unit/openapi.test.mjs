// The page's API types are unchanged and were generated from the current docs/openapi.json.
// server/tests/service/site.rs tests that the document is current; tests/packaging/openapi-types.test.mjs regenerates
// the types.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOCUMENT, isCurrent, TYPES } from '../../scripts/build/openapi.mjs';

const document = readFileSync(DOCUMENT, 'utf8');
const types = readFileSync(TYPES, 'utf8');

test("the page's types were generated from the OpenAPI document", () => {
  assert.ok(isCurrent(types, document), 'www/src/api/openapi.ts is stale: run "npm run openapi"');
});

test('manual changes of the document or the types are noticed', () => {
  assert.equal(isCurrent(types, document.replace('"openapi"', '"opened"')), false);
  assert.equal(isCurrent(types.replace('export interface paths', 'export interface routes'), document), false);
});
