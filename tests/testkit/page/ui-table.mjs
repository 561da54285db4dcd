// Reads the fields of ConfigureUI from the service's table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/cli/run.mjs';

/** Maps each page to its fields, as `[name, kind]`, without `tips`. */
export function configureUiFields() {
  const source = readFileSync(join(root, 'crates/protocol/src/ui/table.rs'), 'utf8');
  const pages = [...source.matchAll(/name: "((?:mobile|pc)\w+)",\s*fields: &\[(.*?)\n {4}\],/gs)];
  return Object.fromEntries(
    pages.map(([, page, fields]) => [
      page,
      [...fields.matchAll(/\b(text|color|link|flag)\("(\w+)"\)/g)].map(([, kind, name]) => [name, kind]),
    ]),
  );
}
