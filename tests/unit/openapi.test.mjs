// The page's types of the service's APIs: whether they were generated from docs/openapi.json as it is, and are as they
// were generated. That the document is what the service says is a test of the service (server/tests/service/site.rs);
// tests/packaging/openapi-types.test.mjs generates the types anew.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOCUMENT, isCurrent, TYPES } from '../../scripts/build/openapi.mjs';

const document = readFileSync(DOCUMENT, 'utf8');
const types = readFileSync(TYPES, 'utf8');

test("the page's types were generated from the OpenAPI document", () => {
  assert.ok(isCurrent(types, document), 'www/src/api/openapi.ts is stale: "npm run openapi" renews it');
});

test('a document or types that were changed by hand are noticed', () => {
  assert.equal(isCurrent(types, document.replace('"openapi"', '"opened"')), false);
  assert.equal(isCurrent(types.replace('export interface paths', 'export interface routes'), document), false);
});
