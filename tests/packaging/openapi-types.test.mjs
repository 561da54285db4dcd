// The page's API types match a new generation from docs/openapi.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openApiTypes, TYPES } from '../../scripts/build/openapi.mjs';

test("the page's types match the OpenAPI document", async () => {
  const isStale = readFileSync(TYPES, 'utf8') !== (await openApiTypes());
  assert.ok(!isStale, 'www/src/api/openapi.ts is stale: run "npm run openapi"');
});
