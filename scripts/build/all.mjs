// Builds dist/ from a fresh clone: npm packages, engine, page and documentation site.

import { log } from '../cli/run.mjs';
import { installNpmPackages } from '../setup/npm-packages.mjs';
import { buildEngine } from './engine.mjs';
import { buildPage } from './page.mjs';

/**
 * Installs the npm packages and builds the page and the documentation site into dist/.
 * @param {{engines?: string[], keepOldFiles?: boolean}} [options] `engines`: which builds of the engine, if not all;
 *   `keepOldFiles`: keeps the files of the last build, which a running service still serves
 */
export async function buildAll({ engines, keepOldFiles = false } = {}) {
  const packages = installNpmPackages();
  const [{ model, builds }] = await Promise.all([buildEngine(packages, engines), packages]);
  await buildPage({ keepOldFiles });
  // A new clone has the site's npm packages only now.
  const { buildSite } = await import('./site.mjs');
  await buildSite();
  const sizes = Object.entries(builds).map(([build, { bytes }]) => `${build} ${bytes} B`);
  log(`ready in dist/: wasm ${sizes.join(', ')}; model ${model.bytes} B`);
}
