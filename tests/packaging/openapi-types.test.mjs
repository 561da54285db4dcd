// The page's types of the service's APIs, generated anew from docs/openapi.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openApiTypes, TYPES } from '../../scripts/build/openapi.mjs';

test("the page's types are those of the OpenAPI document", async () => {
  const isStale = readFileSync(TYPES, 'utf8') !== (await openApiTypes());
  assert.ok(!isStale, 'www/src/api/openapi.ts is stale: "npm run openapi" renews it');
});
