// Bundles the page from www/ into dist/.

import { dirname, join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { progress } from '../cli/progress.mjs';
import { root, UserError } from '../cli/run.mjs';
import { compressFolder } from './compress.mjs';
import { bundleWorker, PAGE_WORKER } from './worker.mjs';

/**
 * Runs webpack if its inputs have changed.
 * @param {{keepOldFiles?: boolean}} [options] `keepOldFiles`: keeps the files of the last build, for pages that are
 *   open
 */
export async function buildPage({ keepOldFiles = false } = {}) {
  const modules = ['browser-targets', 'compress', 'stylesheet-loader', 'texts-loader', 'worker'];
  const scripts = modules.map((name) => `scripts/build/${name}.mjs`);
  const settings = ['webpack.config.js', 'tsconfig.json', 'package-lock.json', 'pkg-template/package.json'];
  const inputs = ['www/index.html', 'www/style.css', 'www/src', 'pkg', ...settings, ...scripts];
  const outputs = ['dist/index.html', 'dist/index.html.br'];
  await cached('page', { inputs, outputs }, async () => {
    await progress('bundling the page', bundle(keepOldFiles));
  });
}

async function bundle(keepOldFiles) {
  await bundleWorker(dirname(PAGE_WORKER));
  const { default: webpack } = await import('webpack');
  const { default: config } = await import('../../webpack.config.js');
  const compiler = webpack({
    ...config,
    output: { ...config.output, clean: keepOldFiles ? false : config.output.clean },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new UserError(stats.toString({ all: false, errors: true, warnings: true }));
  // The documentation site, which site.mjs builds, has its own.
  await compressFolder(join(root, 'dist'), ['docs']);
}
