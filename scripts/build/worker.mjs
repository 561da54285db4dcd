// Bundles the worker's script into one file, for the page and the package.

import { join } from 'node:path';
import { root } from '../cli/run.mjs';
import { syntaxTargets } from './browser-targets.mjs';

/** The bundle that the page's build uses. */
export const PAGE_WORKER = join(root, '.cache', 'page', 'worker.js');

/** Bundles the worker into a folder. `options`: more of esbuild's options */
export async function bundleWorker(outdir, options = {}) {
  const { build } = await import('esbuild');
  const entryPoints = [join(root, 'www', 'src', 'engine', 'worker.ts')];
  // A module, so that other modules can import it; without chunks, which some bundlers lose.
  const shape = { bundle: true, format: 'esm', minify: true, charset: 'utf8', target: syntaxTargets() };
  await build({ ...shape, entryPoints, outdir, logLevel: 'warning', ...options });
}
