// Writes figures to a page of docs/, between two markers.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, UserError } from '../../scripts/cli/run.mjs';

/** Replaces the text between the markers `<!-- name -->` and `<!-- /name -->`. */
export function writeSection(name, content, page = 'PERFORMANCE.md') {
  const file = join(root, 'docs', page);
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(file, 'utf8');
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new UserError(`${file} has lost its markers ${open} and ${close}`);
  writeFileSync(file, `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`);
}

/** Replaces the text between the markers with a sentence and the tables. */
export function writeDocs(name, facts, tables, page) {
  writeSection(name, [facts, '', '```text', tables.trim(), '```'].join('\n'), page);
}
