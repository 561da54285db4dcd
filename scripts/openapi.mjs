// npm run openapi: docs/openapi.json and the page's types of it, anew. See its --help.

import { relative } from 'node:path';
import { DOCUMENT, renewOpenApi, TYPES } from './build/openapi.mjs';
import { readArguments } from './cli/command.mjs';
import { main, root, say } from './cli/run.mjs';

await main(async () => {
  readArguments({
    name: 'npm run openapi',
    summary:
      'Compiles the service and writes its OpenAPI document to docs/openapi.json, and the types of it to\n' +
      'www/src/api/openapi.ts. Tests fail while either is stale.',
  });
  await renewOpenApi();
  say(`written: ${relative(root, DOCUMENT)}, ${relative(root, TYPES)}`);
});
