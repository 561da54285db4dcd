// The oldest browsers that the page and the package run in, by the manifest of the package.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run.mjs';

/** Browser to its oldest version, under the names that browserslist has. */
export function oldestBrowsers() {
  const { browserslist } = JSON.parse(readFileSync(join(root, 'pkg-template', 'package.json'), 'utf8'));
  return Object.fromEntries(browserslist.map((line) => line.split(' >= ')));
}

/** The same as esbuild takes it: what they do not know is written in another way. */
export function syntaxTargets() {
  const { chrome, firefox, safari } = oldestBrowsers();
  return [`chrome${chrome}`, `firefox${firefox}`, `safari${safari}`];
}
