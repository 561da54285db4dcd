// npm run package: the npm package as a folder and as a tarball, in out/package.

import { relative } from 'node:path';
import { buildEngine } from './lib/engine.mjs';
import { buildPackage, tarball } from './lib/package.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, root, say } from './lib/run.mjs';

await main(async () => {
  await npmPackages();
  await buildEngine();
  await buildPackage();
  say(`${relative(root, tarball())} is what "npm publish" takes`);
});
