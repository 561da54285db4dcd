// The compressed copies of the page's files.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressFolder, isCompressed } from '../../scripts/build/compress.mjs';
import { root } from '../../scripts/cli/run.mjs';

const EXPAND = { br: brotliDecompressSync, gz: gunzipSync };

function below(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
  return names.sort();
}

/** Deterministic bytes that cannot be compressed. */
function noise(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

test('files that shrink get reproducible copies, and old copies are removed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-compress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  const text = 'let a = 1;\n'.repeat(1000);
  writeFileSync(join(folder, 'assets', 'page.0123abcd.js'), text);
  writeFileSync(join(folder, 'small.js'), 'let a = 1;');
  writeFileSync(join(folder, 'noise.bin'), noise(5000));
  writeFileSync(join(folder, 'gone.js.br'), 'the copy of a removed file');
  await compressFolder(folder);
  const page = join('assets', 'page.0123abcd.js');
  const expected = [page, `${page}.br`, `${page}.gz`, 'noise.bin', 'small.js'];
  assert.deepEqual(below(folder), expected);
  const read = () => below(folder).map((name) => readFileSync(join(folder, name), 'base64'));
  const first = read();
  for (const [end, expand] of Object.entries(EXPAND)) {
    const copy = join(folder, `${page}.${end}`);
    assert.equal(expand(readFileSync(copy)).toString(), text);
    const second = (path) => Math.floor(statSync(path).mtimeMs / 1000);
    assert.equal(second(copy), second(join(folder, page)), "Last-Modified is the original's");
  }
  await compressFolder(folder);
  assert.deepEqual(below(folder), expected, 'no copies of copies');
  assert.deepEqual(read(), first);
});

test('the built page has copies, and each expands to its file', () => {
  const dist = join(root, 'dist');
  const copies = below(dist).filter(isCompressed);
  for (const kind of ['html', 'js', 'css', 'wasm', 'bin'])
    for (const end of Object.keys(EXPAND))
      assert.ok(
        copies.some((name) => name.endsWith(`.${kind}.${end}`)),
        `a .${kind}.${end}`,
      );
  for (const name of copies) {
    const [, original, end] = /^(.*)\.(\w+)$/.exec(name);
    assert.ok(EXPAND[end](readFileSync(join(dist, name))).equals(readFileSync(join(dist, original))), name);
  }
});
