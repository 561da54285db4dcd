// The page's texts as the build parses them: they format to the same as the texts in locales/.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IntlMessageFormat } from 'intl-messageformat';
import textsLoader from '../../scripts/build/texts-loader.mjs';
import { root } from '../../scripts/cli/run.mjs';

const FOLDER = join(root, 'www', 'src', 'locales');
/** Values for all placeholders of the texts. */
const values = (number) => ({
  ...{ site: 'a.example', code: 'x1', time: '10:00', number: '42', instruction: 'Hold still', share: 0.25 },
  ...{ step: number, count: 2, seconds: number, tries: number, score: 93.5 },
});

for (const file of readdirSync(FOLDER))
  test(`${file}: parsed texts format alike`, () => {
    const source = readFileSync(join(FOLDER, file), 'utf8');
    const language = file.replace('.json', '').replace('in_ID', 'id_ID').replace('_', '-');
    const parsed = JSON.parse(textsLoader(source));
    let syntax = 0;
    for (const [key, text] of Object.entries(JSON.parse(source))) {
      if (typeof parsed[key] !== 'string') syntax += 1;
      for (const number of [0, 1, 2, 5, 21]) {
        const format = (text) => new IntlMessageFormat(text, language).format(values(number));
        assert.equal(format(parsed[key]), format(text), key);
        // Texts that stay strings are shown as they are.
        if (typeof parsed[key] === 'string') assert.equal(parsed[key], format(text), key);
      }
    }
    assert.ok(syntax > 10, `${syntax} texts with syntax`);
  });
