// The workflows use the versions of Rust and Node that the repository names elsewhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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

/** The commands and the trigger of a workflow that the documents promise. */
const PROMISED = {
  'bench.yml': ["- cron: '43 4 * * 0'", '- run: npm run bench -- --detection --check '],
  'ci.yml': ['- run: .ci/run', 'machine: [ubuntu-24.04, ubuntu-24.04-arm]'],
  'fuzz.yml': ["- cron: '17 3 * * 0'", '- run: npm run fuzz -- '],
  'release.yml': ["tags: ['v*']", '- run: .ci/run', '- run: npm run package', '- run: npm publish --provenance '],
};

test('the workflows run the same scripts as everywhere else, on both machines, fuzzing and benchmark weekly', () => {
  assert.deepEqual(readdirSync(join(root, FOLDER)).sort(), Object.keys(PROMISED));
  for (const [name, lines] of Object.entries(PROMISED))
    for (const line of lines) assert.ok(text(FOLDER, name).includes(line), `${name}: ${line}`);
});

test('the notes of a release are the section of its version', () => {
  const [, program] = /awk -v version="[^"]+" '([^']+)'/.exec(text(FOLDER, 'release.yml'));
  const changelog = '# Changelog\n\n## 1.1.0 - 2027-01-01\n\nNew.\n\n## 1.0.0 - 2026-12-01\n\nOld.\n';
  const notes = (version) =>
    execFileSync('awk', ['-v', `version=${version}`, program], { input: changelog, encoding: 'utf8' });
  assert.equal(notes('1.1.0'), '## 1.1.0 - 2027-01-01\n\nNew.\n\n');
  assert.equal(notes('1.0.0'), '## 1.0.0 - 2026-12-01\n\nOld.\n');
  assert.equal(notes('2.0.0'), '');
});
