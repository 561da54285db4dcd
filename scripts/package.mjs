// npm run package: builds the npm package. See its --help.

import { relative } from 'node:path';
import { buildEngine } from './build/engine.mjs';
import { buildPackage, tarball } from './build/package.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root } from './cli/run.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';

await main(async () => {
  readArguments({
    name: 'npm run package',
    summary: 'Builds the npm package, as a folder and as a tarball, in out/package.',
  });
  const packages = installNpmPackages();
  await Promise.all([buildEngine(packages), packages]);
  await buildPackage();
  log(`ready for "npm publish": ${relative(root, tarball())}`);
});
