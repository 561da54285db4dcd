// A module of the page on its own, for tests that need no browser.

import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../../scripts/lib/run.mjs';

/** Loads a file of `www/src` with what it imports. */
export function pageModule(path) {
  const entryPoints = [join(root, 'www', 'src', path)];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
