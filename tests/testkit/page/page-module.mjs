// Loads single modules of the page, for tests without a browser.

import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../../scripts/cli/run.mjs';

/** Loads files of `www/src` and their imports as one module, so that they share their classes. */
export function pageModules(...paths) {
  const contents = paths.map((path) => `export * from './${path}';`).join('\n');
  const stdin = { contents, resolveDir: join(root, 'www', 'src') };
  const { outputFiles } = buildSync({ stdin, bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Loads one file of `www/src`. */
export const pageModule = (path) => pageModules(path);
