// The imports of the page's source files: modules use what the tables of docs/ARCHITECTURE.md say, and files have no
// import cycles.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { architectureTable } from '../testkit/architecture-table.mjs';

const SOURCE = join(root, 'www', 'src');
const PKG = join(root, 'pkg');

/** Every source file of www/src except declarations. */
function sources() {
  const paths = readdirSync(SOURCE, { recursive: true }).map((name) => join(SOURCE, name));
  return paths.filter((path) => statSync(path).isFile() && !path.endsWith('.d.ts'));
}

/** The module of a file: a folder or file at the top of www/src, or `pkg`, the output of wasm-bindgen. */
function moduleOf(path) {
  if (!relative(PKG, path).startsWith('..')) return 'pkg';
  return relative(SOURCE, path)
    .split('/')[0]
    .replace(/\.\w+$/, '');
}

/** The imports of a file: static, dynamic, of types, and of scripts for workers. */
function imports(path) {
  const text = readFileSync(path, 'utf8');
  const forms = [/\bfrom '([^']+)'/g, /^import '([^']+)'/gm, /\bimport\(\s*['`]([^'`]+)['`]/g];
  const scripts = /new URL\('([^']+)', import\.meta\.url\)/g;
  return [...forms, scripts].flatMap((form) => [...text.matchAll(form)].map(([, name]) => name));
}

const isStyle = (name) => name.endsWith('.css');

/** The other modules and the packages that each module uses. */
function usage() {
  const found = {};
  for (const path of sources()) {
    const module = moduleOf(path);
    found[module] ??= { modules: new Set(), packages: new Set() };
    if (!path.endsWith('.ts')) continue;
    for (const name of imports(path).filter((name) => !isStyle(name))) {
      const used = name.startsWith('.') ? moduleOf(join(dirname(path), name)) : null;
      if (used === null) found[module].packages.add(name);
      else if (used !== module) found[module].modules.add(used);
    }
  }
  return found;
}

/** The files of www/src that each file imports. */
function importsBetweenFiles() {
  const files = sources().filter((path) => path.endsWith('.ts'));
  const targets = (path) =>
    imports(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(path), name).replace(/\.js$/, '.ts'))
      .filter((target) => files.includes(target));
  return new Map(files.map((path) => [path, targets(path)]));
}

/** One import cycle per file that has one, as paths. */
function cycles(graph) {
  const finished = new Set();
  const found = [];
  const visit = (path, trail) => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].map((file) => relative(SOURCE, file)).join(' -> '));
    if (at >= 0 || finished.has(path)) return;
    for (const target of graph.get(path)) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

test('the modules of the page use what the table says', () => {
  const documented = architectureTable('page').map(([[module], modules, packages]) => [module, modules, packages]);
  const found = Object.entries(usage()).map(([module, { modules, packages }]) => [
    module,
    [...modules].sort(),
    [...packages].sort(),
  ]);
  const names = documented.map(([module]) => module);
  for (const [module] of found)
    assert.ok(names.includes(module), `${module} is missing in the table of docs/ARCHITECTURE.md`);
  assert.deepEqual(documented.sort(), found.sort());
});

test('a module uses only modules below it', () => {
  const rows = architectureTable('page');
  const names = rows.map(([[module]]) => module);
  const upward = rows.flatMap(([[module], modules], at) =>
    modules
      .filter((used) => names.indexOf(used) >= 0 && names.indexOf(used) < at)
      .map((used) => `${module} uses ${used}`),
  );
  assert.deepEqual(upward, []);
});

test('the files of the page have no import cycles, type imports included', () => {
  const graph = importsBetweenFiles();
  // The scan sees the imports: this type import and this worker script are both there.
  const edges = [...graph].flatMap(([path, targets]) => targets.map((target) => `${path} ${target}`)).join('\n');
  assert.match(edges, /flow\/photos\.ts .*flow\/attempt\.ts/);
  assert.match(edges, /engine\/worker-factory\.ts .*engine\/worker\.ts/);
  assert.deepEqual(cycles(graph), []);
});

test('a cycle is found and named', () => {
  const path = (name) => join(SOURCE, name);
  const graph = new Map([
    [path('a.ts'), [path('b.ts')]],
    [path('b.ts'), [path('c.ts')]],
    [path('c.ts'), [path('b.ts')]],
  ]);
  assert.deepEqual(cycles(graph), ['b.ts -> c.ts -> b.ts']);
});

test('the files that use the network are those of the table', () => {
  const words = /\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource)\b/;
  const code = (path) => readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const found = sources().filter((path) => path.endsWith('.ts') && words.test(code(path)));
  const documented = architectureTable('network').map(([[file]]) => file);
  assert.deepEqual(found.map((path) => relative(SOURCE, path)).sort(), documented);
});
