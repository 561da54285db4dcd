// What every locale of the page must have: the texts of English, with the same placeholders.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

const FOLDER = join(root, 'www', 'src', 'locales');
const CODES = readdirSync(FOLDER).map((name) => basename(name, '.json'));
const texts = (code) => JSON.parse(readFileSync(join(FOLDER, `${code}.json`), 'utf8'));
/** A text's placeholders, plurals as well: what follows a brace and ends at a comma or a brace. */
const placeholders = (text) => [...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map(([, name]) => name))].sort();
const ENGLISH = texts('en_US');

for (const code of CODES)
  test(`${code} has every text with its placeholders`, () => {
    const found = texts(code);
    assert.deepEqual(Object.keys(found).sort(), Object.keys(ENGLISH).sort());
    for (const [key, text] of Object.entries(found)) {
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(placeholders(text), placeholders(ENGLISH[key]), key);
    }
  });

test('the page knows every locale that there is', () => {
  const source = readFileSync(join(root, 'www', 'src', 'i18n', 'i18n.ts'), 'utf8');
  const [, list] = source.match(/const CODES = \[(.*?)\n\];/s);
  assert.deepEqual([...list.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort(), CODES.sort());
});
