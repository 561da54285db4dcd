// npm run package: the npm package as a folder and as a tarball. See its --help.

import { relative } from 'node:path';
import { buildEngine } from './build/engine.mjs';
import { buildPackage, tarball } from './build/package.mjs';
import { readArguments } from './cli/command.mjs';
import { main, root, say } from './cli/run.mjs';
import { npmPackages } from './setup/npm-packages.mjs';

await main(async () => {
  readArguments({
    name: 'npm run package',
    summary: 'Builds the npm package: a folder and a tarball, in out/package.',
  });
  const packages = npmPackages();
  await Promise.all([buildEngine(packages), packages]);
  await buildPackage();
  say(`${relative(root, tarball())} is what "npm publish" takes`);
});
