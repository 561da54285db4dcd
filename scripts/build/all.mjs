// Everything from a clone to dist/.

import { say } from '../cli/run.mjs';
import { npmPackages } from '../setup/npm-packages.mjs';
import { buildEngine } from './engine.mjs';
import { buildPage } from './page.mjs';

/**
 * Sets up what is missing and builds the page into dist/.
 * @param {{engines?: string[], beside?: boolean}} [options] `engines`: which builds of the engine, if not all; `beside`:
 *   a service sends the page of before meanwhile, so its files stay
 */
export async function buildAll({ engines, beside = false } = {}) {
  const packages = npmPackages();
  const [{ model, builds }] = await Promise.all([buildEngine(packages, engines), packages]);
  await buildPage({ keep: beside });
  const sizes = Object.entries(builds).map(([build, { bytes }]) => `${build} ${bytes} B`);
  say(`ready in dist/: wasm ${sizes.join(', ')}; model ${model.bytes} B`);
}
