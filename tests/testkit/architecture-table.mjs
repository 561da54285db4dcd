// Reads the tables of docs/ARCHITECTURE.md that tests compare with the code.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/cli/run.mjs';

/** The names in backquotes. */
const quoted = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** The rows of the table under `<!-- name: … -->`, each cell as the names in it. */
export function architectureTable(name) {
  const page = readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8');
  const start = page.indexOf(`<!-- ${name}:`);
  assert.ok(start >= 0, `docs/ARCHITECTURE.md has no table of ${name}`);
  const [lines] = page.slice(start).match(/^\|.*\n(\|.*\n)+/m);
  const rows = lines.trim().split('\n').slice(2);
  return rows.map((row) => row.split('|').slice(1, -1).map(quoted));
}
