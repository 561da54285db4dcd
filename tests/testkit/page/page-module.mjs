// Modules of the page on their own, for tests that need no browser.

import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../../scripts/cli/run.mjs';

/** Loads files of `www/src` with what they import, all in one: their classes are the same. */
export function pageModules(...paths) {
  const contents = paths.map((path) => `export * from './${path}';`).join('\n');
  const stdin = { contents, resolveDir: join(root, 'www', 'src') };
  const { outputFiles } = buildSync({ stdin, bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Loads one. */
export const pageModule = (path) => pageModules(path);
