// npm run clients: generates and packs the typed clients. See its --help.

import { relative } from 'node:path';
import { buildClients, packedClient } from './build/clients.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root } from './cli/run.mjs';

await main(async () => {
  readArguments({
    name: 'npm run clients',
    summary: 'Generates the typed clients for back ends from docs/openapi.json, and packs them into out/clients.',
  });
  await buildClients();
  for (const language of ['typescript', 'python']) log(`written: ${relative(root, packedClient(language))}`);
});
