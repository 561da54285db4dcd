// Reads the fields of ConfigureUI from the service's table, the only place that lists them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/run.mjs';

const TABLE = 'crates/protocol/src/ui/table.rs';

/** The fields in a part of the table, as `[name, kind]`; kinds are those of the table's functions, and `tips`, `target`. */
function fieldsIn(text) {
  const found = text.matchAll(/\b(text|color|link|flag)\("(\w+)"\)|\bfield\("(\w+)", Kind::(Tips|Target)\b/g);
  return [...found].map(([, kind, name, other, otherKind]) => [name ?? other, kind ?? otherKind.toLowerCase()]);
}

/**
 * The fields outside a page, and each page's, as `[name, kind]`.
 * @returns {{topLevel: [string, string][], pages: Record<string, [string, string][]>}}
 */
export function configureUiTable() {
  const source = readFileSync(join(root, TABLE), 'utf8');
  const [, topLevel] = /TOP_LEVEL: \[Field; \d+\] = \[(.*?)\];/s.exec(source);
  const pages = [...source.matchAll(/name: "((?:mobile|pc)\w+)",\s*fields: &\[(.*?)\n {4}\],/gs)];
  return {
    topLevel: fieldsIn(topLevel),
    pages: Object.fromEntries(pages.map(([, page, fields]) => [page, fieldsIn(fields)])),
  };
}
