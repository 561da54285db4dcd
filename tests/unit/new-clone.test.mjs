// Commands that run in a new clone import no npm package before they have installed the packages.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

/** The commands that install the npm packages themselves. */
const COMMANDS = ['start', 'test', 'test-all', 'check', 'package', 'image', 'docs-site'];

/** The modules that a file imports when it is loaded; imports on demand come later. */
function staticImports(path) {
  const code = readFileSync(path, 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');
  const found = code.matchAll(/^(?:import\b|export\b|\}).*?from '([^']+)'|^import '([^']+)'/gm);
  return [...found].map(([, from, only]) => from ?? only);
}

/** The npm packages that a file imports when it is loaded, each with the file that names it. */
function packages(path, visited = new Set()) {
  if (visited.has(path)) return [];
  visited.add(path);
  return staticImports(path).flatMap((name) => {
    if (name.startsWith('node:')) return [];
    if (name.startsWith('.')) return packages(join(dirname(path), name), visited);
    return [`${name} in ${relative(root, path)}`];
  });
}

for (const command of COMMANDS)
  test(`npm run ${command} is loaded without npm packages`, () => {
    assert.deepEqual(packages(join(root, 'scripts', `${command}.mjs`)), []);
  });
