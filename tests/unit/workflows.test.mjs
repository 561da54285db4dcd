// The workflows use the versions of Rust and Node that the repository names elsewhere.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

const text = (...path) => readFileSync(join(root, ...path), 'utf8');
const FOLDER = join('.github', 'workflows');
const workflows = readdirSync(join(root, FOLDER)).map((name) => text(FOLDER, name));

/** What the workflows have behind a key, without comments. */
const values = (key) =>
  workflows.flatMap((workflow) => [...workflow.matchAll(new RegExp(`${key}: (\\S+)`, 'g'))].map(([, value]) => value));

test('the containers have the oldest Rust that Cargo.toml allows', () => {
  const [, version] = /^rust-version = "(.+)"$/m.exec(text('Cargo.toml'));
  assert.deepEqual([...new Set(values('image'))], [`rust:${version}-bookworm`]);
});

test('every job has the Node version of .nvmrc, which engines allows', () => {
  const version = text('.nvmrc').trim();
  assert.deepEqual([...new Set(values('node-version'))], [version]);
  assert.deepEqual([...new Set(values('node-version-file'))], ['.nvmrc']);
  const [, least] = /^>=(\d+)$/.exec(JSON.parse(text('package.json')).engines.node);
  assert.ok(Number(version) >= Number(least));
});

test('every action is pinned by commit', () => {
  const actions = values('uses');
  assert.ok(actions.length > 0);
  assert.deepEqual(
    actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
    [],
  );
});
