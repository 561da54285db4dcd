// npm run package: the npm package as a folder and as a tarball. See its --help.

import { relative } from 'node:path';
import { readArguments } from './lib/command.mjs';
import { buildEngine } from './lib/engine.mjs';
import { buildPackage, tarball } from './lib/package.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, root, say } from './lib/run.mjs';

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
