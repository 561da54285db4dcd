// npm run docs: builds the API documentation of the npm package and the crates. See its --help.

import { apiDocs } from './build/api-docs.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main } from './cli/run.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';

await main(async () => {
  readArguments({
    name: 'npm run docs',
    summary: 'Builds the API documentation of the npm package (out/api) and the crates (target/doc).',
  });
  await installNpmPackages();
  await apiDocs();
  log('ready: out/api/index.html and target/doc/nearfar/index.html');
});
