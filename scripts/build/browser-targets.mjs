// The oldest browsers that the page and the package support, from the package's manifest.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run.mjs';

/** Maps each browser, by its browserslist name, to its oldest version. */
export function oldestBrowsers() {
  const { browserslist } = JSON.parse(readFileSync(join(root, 'pkg-template', 'package.json'), 'utf8'));
  return Object.fromEntries(browserslist.map((line) => line.split(' >= ')));
}

/** The same as esbuild targets: esbuild rewrites syntax that they lack. */
export function syntaxTargets() {
  const { chrome, firefox, safari } = oldestBrowsers();
  return [`chrome${chrome}`, `firefox${firefox}`, `safari${safari}`];
}
