// npm run docs: the API documentation of the npm package and of the crates. See its --help.

import { apiDocs } from './lib/api-docs.mjs';
import { readArguments } from './lib/command.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, say } from './lib/run.mjs';

await main(async () => {
  readArguments({
    name: 'npm run docs',
    summary: 'Writes the API documentation of the npm package (out/api) and of the crates (target/doc).',
  });
  await npmPackages();
  await apiDocs();
  say('ready: out/api/index.html and target/doc/nearfar/index.html');
});
