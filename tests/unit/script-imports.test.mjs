// The folders of scripts, benches and tests import one another as the table of docs/ARCHITECTURE.md says: no more and
// no less, downwards only. Files do not import one another in a circle.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { architectureTable } from '../testkit/architecture-table.mjs';

const FOLDERS = ['benches', 'examples', 'scripts', 'tests'];
/** Applications that test the npm package, and dependencies. */
const EXCLUDED = /(^|\/)(node_modules|consumers|\.work)\//;

/** Every .mjs file of these folders, as a path from the root. */
const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.mjs') && !EXCLUDED.test(path)),
);

/** Without comments: they may name an import. */
const code = (path) => readFileSync(join(root, path), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '');

/** The .mjs files that a file imports, statically or on demand, as paths from the root. */
function imports(path) {
  const found = code(path).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+\.mjs)'/g);
  const targets = [...found].map(([, name]) => relative(root, join(root, dirname(path), name)));
  return targets.filter((target) => existsSync(join(root, target)));
}

/** The row of the table that a file belongs to: the longest folder that contains it. */
function roomOf(path, rooms) {
  const [room] = rooms.filter((name) => path.startsWith(`${name}/`)).sort((a, b) => b.length - a.length);
  assert.ok(room, `${path} is in no folder of the table in docs/ARCHITECTURE.md`);
  return room;
}

const TABLE = architectureTable('scripts').map(([[room], used]) => [room, used]);
const ROOMS = TABLE.map(([room]) => room);

test('the folders import one another as the table says', () => {
  const found = Object.fromEntries(ROOMS.map((room) => [room, new Set()]));
  for (const path of FILES)
    for (const target of imports(path)) {
      const [from, to] = [roomOf(path, ROOMS), roomOf(target, ROOMS)];
      if (from !== to) found[from].add(to);
    }
  const listed = TABLE.map(([room, used]) => [room, used.toSorted()]);
  assert.deepEqual(
    listed,
    Object.entries(found).map(([room, used]) => [room, [...used].sort()]),
  );
});

test('a folder imports only folders below it in the table', () => {
  const upward = TABLE.flatMap(([room, used], index) =>
    used.filter((other) => ROOMS.indexOf(other) < index).map((other) => `${room} imports ${other}`),
  );
  assert.deepEqual(upward, []);
});

test('no file imports itself through others', () => {
  const done = new Set();
  const visit = (path, chain) => {
    assert.ok(!chain.includes(path), `circle: ${[...chain.slice(chain.indexOf(path)), path].join(' -> ')}`);
    if (done.has(path)) return;
    for (const target of imports(path)) visit(target, [...chain, path]);
    done.add(path);
  };
  for (const path of FILES) visit(path, []);
  assert.equal(done.size, FILES.length);
});
