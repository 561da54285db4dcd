// The figures in docs/PERFORMANCE.md, between two markers.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Stop } from '../../scripts/lib/run.mjs';

const FILE = join(root, 'docs', 'PERFORMANCE.md');

/** Replaces what stands between the markers `<!-- name -->` and `<!-- /name -->` by a sentence and the tables. */
export function writeDocs(name, facts, tables) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(FILE, 'utf8');
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Stop(`${FILE} has lost its markers ${open} and ${close}`);
  const lines = [facts, '', '```', tables.trim(), '```'];
  writeFileSync(FILE, `${text.slice(0, start + open.length)}\n${lines.join('\n')}\n${text.slice(end)}`);
}
