// Bundling the page from www/ into dist/.

import { join } from 'node:path';
import { compressFolder } from './compress.mjs';
import { root, Stop, say } from './run.mjs';
import { once } from './stamp.mjs';

/** Runs webpack unless nothing changed since the last time. */
export async function buildPage() {
  const inputs = ['www', 'pkg', 'webpack.config.js', 'tsconfig.json', 'package-lock.json', 'scripts/lib/compress.mjs'];
  await once('page', { inputs, outputs: ['dist/index.html', 'dist/index.html.br'] }, async () => {
    say('bundling the page');
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
