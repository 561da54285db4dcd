// The worker's script, in one file: page and package have the same.

import { join } from 'node:path';
import { root } from '../cli/run.mjs';
import { syntaxTargets } from './browser-targets.mjs';

/** Where the page's build finds it. */
export const PAGE_WORKER = join(root, '.cache', 'page', 'worker.js');

/** Bundles the worker into a folder. Other options are esbuild's. */
export async function bundleWorker(outdir, options = {}) {
  const { build } = await import('esbuild');
  const entryPoints = [join(root, 'www', 'src', 'engine', 'worker.ts')];
  // A module, that another module can import; without chunks, which some bundlers would lose.
  const shape = { bundle: true, format: 'esm', minify: true, charset: 'utf8', target: syntaxTargets() };
  await build({ ...shape, entryPoints, outdir, logLevel: 'warning', ...options });
}
