// The files of the image never replace other files, and its build has every file of the repository.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeImageFiles } from '../../scripts/build/image-files.mjs';
import { output, root } from '../../scripts/cli/run.mjs';

test('a folder with other files is left alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'letter.txt'), 'Dear');
  await assert.rejects(writeImageFiles(folder, { program: process.execPath, base: null }), /contains other files/);
  assert.deepEqual(readdirSync(folder), ['letter.txt']);
});

test('the compile stage gets every file of the repository: documents link to them, tests and tables read them', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const patterns = ignored.filter((line) => line && !line.startsWith('#') && !line.startsWith('!'));
  assert.ok(patterns.includes('.git'));
  const tracked = output('git', ['ls-files'], { cwd: root }).split('\n');
  assert.ok(tracked.length > 1000);
  const hit = (path, pattern) => {
    const name = pattern.replace('**/', '');
    return pattern.startsWith('**/') ? path.split('/').includes(name) : path === name || path.startsWith(`${name}/`);
  };
  assert.deepEqual(
    tracked.filter((path) => patterns.some((pattern) => hit(path, pattern))),
    [],
  );
});
