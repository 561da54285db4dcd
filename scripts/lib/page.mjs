// Bundling the page from www/ into dist/.

import { dirname, join } from 'node:path';
import { compressFolder } from './compress.mjs';
import { root, Stop, say } from './run.mjs';
import { once } from './stamp.mjs';
import { bundleWorker, PAGE_WORKER } from './worker.mjs';

/** Runs webpack unless nothing changed since the last time. */
export async function buildPage() {
  const scripts = ['compress', 'worker', 'oldest', 'sheet-loader'].map((name) => `scripts/lib/${name}.mjs`);
  const settings = ['webpack.config.js', 'tsconfig.json', 'package-lock.json', 'pkg-template/package.json'];
  const inputs = ['www', 'pkg', ...settings, ...scripts];
  await once('page', { inputs, outputs: ['dist/index.html', 'dist/index.html.br'] }, async () => {
    say('bundling the page');
    await bundleWorker(dirname(PAGE_WORKER));
    const { default: webpack } = await import('webpack');
    const { default: config } = await import('../../webpack.config.js');
    const compiler = webpack(config);
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    await new Promise((resolve) => compiler.close(resolve));
    if (stats.hasErrors()) throw new Stop(stats.toString({ all: false, errors: true, warnings: true }));
    await compressFolder(join(root, 'dist'));
  });
}
