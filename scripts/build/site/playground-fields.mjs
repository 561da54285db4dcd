// What the playground offers: the attributes and custom properties of <nearfar-liveness> from its manifest, and the
// fields of ConfigureUI from the service's table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/run.mjs';
import { elementManifest } from '../element-manifest.mjs';
import { configureUiTable } from './ui-fields.mjs';

/** Where the session and the engine's files come from: the preview has its own, the code shows the reader's. */
const CODE_ONLY = ['sessionUrl', 'token', 'apiUrl', 'assetsUrl', 'wasmSrc', 'modelSrc', 'workerSrc'];

/** The codes that ConfigureUI accepts for `locale`. */
function localeCodes() {
  const source = readFileSync(join(root, 'crates/protocol/src/locale.rs'), 'utf8');
  const [, codes] = /CODES: \[&str; \d+\] = \[(.*?)\];/s.exec(source);
  return [...codes.matchAll(/"(\w+)"/g)].map(([, code]) => code);
}

/** The control for a TypeScript type of an attribute. */
function control(type) {
  const literals = [...type.matchAll(/'([^']+)'/g)].map(([, value]) => value);
  if (literals.length > 0) return { kind: 'choice', options: literals };
  if (/\bboolean\b/.test(type)) return { kind: 'choice', options: ['true', 'false'] };
  if (/\bnumber\b/.test(type)) return { kind: 'number' };
  const others = type
    .split('|')
    .map((part) => part.trim())
    .filter((part) => !['string', 'null'].includes(part));
  return others.some((part) => part !== 'WebAssembly.Module') ? { kind: 'json' } : { kind: 'text' };
}

const words = (name) =>
  name
    .replace(/^(mobile|pc)/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** What each kind of field takes: `Kind` in the service's table. */
const HELP = {
  text: 'A text of at most 100 characters.',
  color: 'A colour: # and 3, 4, 6 or 8 hex digits.',
  link: 'The address of a picture.',
  target: 'The address of a page.',
  flag: 'true or false.',
  tips: 'A JSON list of up to four tips.',
};

/** The fields of one page of ConfigureUI. */
const uiFields = (fields) => fields.map(([name, kind]) => ({ name, kind, help: HELP[kind] }));

/** All fields, for the playground's template. */
export async function playgroundFields() {
  const { modules } = await elementManifest();
  const { attributes, cssProperties } = modules[0].declarations.find(({ customElement }) => customElement);
  const { topLevel, pages } = configureUiTable();
  const plain = (text) => text.replaceAll('`', '');
  const all = attributes.map(({ name, fieldName, type, description }) => ({
    name,
    property: fieldName,
    description: plain(description),
    codeOnly: CODE_ONLY.includes(fieldName),
    ...control(type.text),
  }));
  return {
    // Those that the preview shows come first.
    attributes: [...all.filter(({ codeOnly }) => !codeOnly), ...all.filter(({ codeOnly }) => codeOnly)],
    styles: cssProperties.map(({ name, description }) => ({
      name,
      description: plain(description),
      kind: /colour|background/i.test(description) ? 'color' : 'text',
    })),
    locales: localeCodes(),
    ui: [
      { page: '', title: 'Outside the pages', fields: uiFields(topLevel) },
      ...Object.entries(pages).map(([page, fields]) => {
        const device = page.startsWith('pc') ? 'computer' : 'phone';
        return { page, title: `${page} (${device}: ${words(page)})`, fields: uiFields(fields) };
      }),
    ],
  };
}
