// Everything from a clone to dist/.

import { buildEngine } from './engine.mjs';
import { npmPackages } from './packages.mjs';
import { buildPage } from './page.mjs';
import { say } from './run.mjs';

/** Sets up what is missing and builds the page into dist/. */
export async function buildAll() {
  await npmPackages();
  const { model, builds } = await buildEngine();
  await buildPage();
  const sizes = Object.entries(builds).map(([build, { bytes }]) => `${build} ${bytes} B`);
  say(`ready in dist/: wasm ${sizes.join(', ')}; model ${model.bytes} B`);
}
