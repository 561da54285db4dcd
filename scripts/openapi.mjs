// npm run openapi: regenerates docs/openapi.json and the page's types. See its --help.

import { relative } from 'node:path';
import { DOCUMENT, TYPES, updateOpenApi } from './build/openapi.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root } from './cli/run.mjs';

await main(async () => {
  readArguments({
    name: 'npm run openapi',
    summary:
      'Compiles the service, writes its OpenAPI document to docs/openapi.json and generates www/src/api/openapi.ts from it.\n' +
      'Tests fail while either is stale.',
  });
  await updateOpenApi();
  log(`written: ${relative(root, DOCUMENT)}, ${relative(root, TYPES)}`);
});
