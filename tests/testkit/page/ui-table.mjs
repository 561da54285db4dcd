// The fields of ConfigureUI, as the service's table has them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/cli/run.mjs';

/** Page to its fields, each `[name, kind]`; `tips` is none of them. */
export function fieldsOfUi() {
  const source = readFileSync(join(root, 'crates/protocol/src/ui/table.rs'), 'utf8');
  const pages = [...source.matchAll(/name: "((?:mobile|pc)\w+)",\s*fields: &\[(.*?)\n {4}\],/gs)];
  return Object.fromEntries(
    pages.map(([, page, fields]) => [
      page,
      [...fields.matchAll(/\b(text|color|link|flag)\("(\w+)"\)/g)].map(([, kind, name]) => [name, kind]),
    ]),
  );
}
