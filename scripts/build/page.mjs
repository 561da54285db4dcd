// Bundles the page from www/ into dist/.

import { dirname, join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { progress } from '../cli/progress.mjs';
import { root, UserError } from '../cli/run.mjs';
import { compressFolder } from './compress.mjs';
import { writeSwaggerUi } from './swagger-ui.mjs';
import { bundleWorker, PAGE_WORKER } from './worker.mjs';

/**
 * Runs webpack if its inputs have changed.
 * @param {{keepOldFiles?: boolean}} [options] `keepOldFiles`: keeps the files of the last build, for pages that are
 *   open
 */
export async function buildPage({ keepOldFiles = false } = {}) {
  const modules = ['browser-targets', 'compress', 'stylesheet-loader', 'swagger-ui', 'worker'];
  const scripts = modules.map((name) => `scripts/build/${name}.mjs`);
  const settings = ['webpack.config.js', 'tsconfig.json', 'package-lock.json', 'pkg-template/package.json'];
  const inputs = ['www', 'pkg', ...settings, ...scripts];
  const outputs = ['dist/index.html', 'dist/index.html.br', 'dist/docs/index.html'];
  await cached('page', { inputs, outputs }, async () => {
    await progress('bundling the page', bundle(keepOldFiles));
  });
}

async function bundle(keepOldFiles) {
  await bundleWorker(dirname(PAGE_WORKER));
  const { default: webpack } = await import('webpack');
  const { default: config } = await import('../../webpack.config.js');
  const compiler = webpack({ ...config, output: { ...config.output, clean: !keepOldFiles } });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new UserError(stats.toString({ all: false, errors: true, warnings: true }));
  // Without compressed copies: these files are large and seldom read, and compressing them takes seconds.
  writeSwaggerUi(join(root, 'dist', 'docs'));
  await compressFolder(join(root, 'dist'), 'docs');
}
