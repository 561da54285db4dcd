// The files of the image never replace other files.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeImageFiles } from '../../scripts/build/image-files.mjs';

test('a folder with other files is left alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'letter.txt'), 'Dear');
  await assert.rejects(writeImageFiles(folder, { program: process.execPath, base: null }), /contains other files/);
  assert.deepEqual(readdirSync(folder), ['letter.txt']);
});
