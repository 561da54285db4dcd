// Which part of the page uses which is what the tables of docs/ARCHITECTURE.md say: no more and no less.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

const SOURCE = join(root, 'www', 'src');
const PKG = join(root, 'pkg');

/** What stands in backquotes. */
const quoted = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** The rows of the table under `<!-- name: … -->`, each cell as its names. */
function table(name) {
  const page = readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8');
  const start = page.indexOf(`<!-- ${name}:`);
  assert.ok(start >= 0, `docs/ARCHITECTURE.md has no table of ${name}`);
  const [lines] = page.slice(start).match(/^\|.*\n(\|.*\n)+/m);
  const rows = lines.trim().split('\n').slice(2);
  return rows.map((row) => row.split('|').slice(1, -1).map(quoted));
}

/** Every source file below www/src; declarations of what is no TypeScript are none. */
function sources() {
  const paths = readdirSync(SOURCE, { recursive: true }).map((name) => join(SOURCE, name));
  return paths.filter((path) => statSync(path).isFile() && !path.endsWith('.d.ts'));
}

/** The part that a file belongs to: a folder or file at the top of www/src, or what wasm-bindgen made. */
function partOf(path) {
  if (!relative(PKG, path).startsWith('..')) return 'pkg';
  return relative(SOURCE, path)
    .split('/')[0]
    .replace(/\.\w+$/, '');
}

/** What a file imports: statically, for its types, on demand, or as a script to start. */
function imports(path) {
  const text = readFileSync(path, 'utf8');
  const forms = [/\bfrom '([^']+)'/g, /^import '([^']+)'/gm, /\bimport\(\s*['`]([^'`]+)['`]/g];
  const scripts = /new URL\('([^']+)', import\.meta\.url\)/g;
  return [...forms, scripts].flatMap((form) => [...text.matchAll(form)].map(([, name]) => name));
}

const isStyle = (name) => name.endsWith('.css');

/** What each part uses of the others, and which packages. */
function usage() {
  const found = {};
  for (const path of sources()) {
    const part = partOf(path);
    found[part] ??= { parts: new Set(), packages: new Set() };
    if (!path.endsWith('.ts')) continue;
    for (const name of imports(path).filter((name) => !isStyle(name))) {
      if (!name.startsWith('.')) found[part].packages.add(name);
      else if (partOf(join(dirname(path), name)) !== part) found[part].parts.add(partOf(join(dirname(path), name)));
    }
  }
  return found;
}

test('the parts of the page use what the table says', () => {
  const said = table('page').map(([[part], parts, packages]) => [part, parts, packages]);
  const found = Object.entries(usage()).map(([part, { parts, packages }]) => [
    part,
    [...parts].sort(),
    [...packages].sort(),
  ]);
  const names = said.map(([part]) => part);
  for (const [part] of found)
    assert.ok(names.includes(part), `${part} is missing in the table of docs/ARCHITECTURE.md`);
  assert.deepEqual(said.sort(), found.sort());
});

test('a part uses parts below it alone', () => {
  const rows = table('page');
  const names = rows.map(([[part]]) => part);
  const upward = rows.flatMap(([[part], parts], at) =>
    parts.filter((used) => names.indexOf(used) >= 0 && names.indexOf(used) < at).map((used) => `${part} uses ${used}`),
  );
  assert.deepEqual(upward, []);
});

test('the files that talk to the network are those of the table', () => {
  const words = /\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource)\b/;
  const code = (path) => readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const found = sources().filter((path) => path.endsWith('.ts') && words.test(code(path)));
  const said = table('network').map(([[file]]) => file);
  assert.deepEqual(found.map((path) => relative(SOURCE, path)).sort(), said);
});
