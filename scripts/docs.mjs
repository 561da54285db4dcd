// npm run docs: the API documentation of the npm package and of the crates. See its --help.

import { apiDocs } from './build/api-docs.mjs';
import { readArguments } from './cli/command.mjs';
import { main, say } from './cli/run.mjs';
import { npmPackages } from './setup/npm-packages.mjs';

await main(async () => {
  readArguments({
    name: 'npm run docs',
    summary: 'Writes the API documentation of the npm package (out/api) and of the crates (target/doc).',
  });
  await npmPackages();
  await apiDocs();
  say('ready: out/api/index.html and target/doc/nearfar/index.html');
});
