// npm run docs:site: builds the documentation site. See its --help.

import { buildEngine } from './build/engine.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main } from './cli/run.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';

await main(async () => {
  readArguments({
    name: 'npm run docs:site',
    summary:
      'Builds the documentation site into dist/docs: the documents of the repository with search, a playground and the\n' +
      'API reference. The service serves it at /docs/; any web server can. It loads nothing from other hosts.',
  });
  const packages = installNpmPackages();
  await Promise.all([packages, buildEngine(packages)]);
  // A new clone has the site's npm packages only now.
  const { buildSite } = await import('./build/site.mjs');
  const built = await buildSite();
  log(`${built ? 'ready' : 'unchanged'}: dist/docs/index.html`);
});
