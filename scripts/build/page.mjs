// Bundling the page from www/ into dist/.

import { dirname, join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { progress } from '../cli/progress.mjs';
import { root, UserError } from '../cli/run.mjs';
import { compressFolder } from './compress.mjs';
import { writeDocuments } from './swagger-ui.mjs';
import { bundleWorker, PAGE_WORKER } from './worker.mjs';

/**
 * Runs webpack unless nothing changed since the last time.
 * @param {{keep?: boolean}} [options] `keep`: the files of before stay, for pages that are open
 */
export async function buildPage({ keep = false } = {}) {
  const parts = ['browser-targets', 'compress', 'stylesheet-loader', 'swagger-ui', 'worker'];
  const scripts = parts.map((name) => `scripts/build/${name}.mjs`);
  const settings = ['webpack.config.js', 'tsconfig.json', 'package-lock.json', 'pkg-template/package.json'];
  const inputs = ['www', 'pkg', ...settings, ...scripts];
  const outputs = ['dist/index.html', 'dist/index.html.br', 'dist/docs/index.html'];
  await cached('page', { inputs, outputs }, async () => {
    await progress('bundling the page', bundle(keep));
  });
}

async function bundle(keep) {
  await bundleWorker(dirname(PAGE_WORKER));
  const { default: webpack } = await import('webpack');
  const { default: config } = await import('../../webpack.config.js');
  const compiler = webpack({ ...config, output: { ...config.output, clean: !keep } });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new UserError(stats.toString({ all: false, errors: true, warnings: true }));
  // Seldom read, and large: without compressed copies, which would take seconds of each build.
  writeDocuments(join(root, 'dist', 'docs'));
  await compressFolder(join(root, 'dist'), 'docs');
}
